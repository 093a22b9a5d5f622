CREATE TABLE `letter` (
	`id` integer PRIMARY KEY NOT NULL,
	`family_id` integer NOT NULL,
	`child_id` integer,
	`guardian_id` integer,
	`template_version_id` integer,
	`kind` text NOT NULL,
	`subject` text NOT NULL,
	`by` text NOT NULL,
	`made_on` text NOT NULL,
	`paper` text NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`family_id`) REFERENCES `family`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`child_id`) REFERENCES `child`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`guardian_id`) REFERENCES `guardian`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`template_version_id`) REFERENCES `template_version`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `letter_family` ON `letter` (`family_id`);--> statement-breakpoint
CREATE INDEX `letter_act` ON `letter` (`act_id`);--> statement-breakpoint
CREATE TABLE `template` (
	`id` integer PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`delivered` text,
	`name` text NOT NULL,
	`archived` integer DEFAULT false NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `template_delivered` ON `template` (`delivered`);--> statement-breakpoint
CREATE TABLE `template_version` (
	`id` integer PRIMARY KEY NOT NULL,
	`template_id` integer NOT NULL,
	`version` integer NOT NULL,
	`subject` text NOT NULL,
	`document` text NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`template_id`) REFERENCES `template`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `template_version_number` ON `template_version` (`template_id`,`version`);--> statement-breakpoint
ALTER TABLE `organisation` ADD `letter_foot` text DEFAULT '' NOT NULL;