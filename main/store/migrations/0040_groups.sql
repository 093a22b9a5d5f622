CREATE TABLE `activity_group` (
	`id` integer PRIMARY KEY NOT NULL,
	`activity_id` integer NOT NULL,
	`name` text NOT NULL,
	`minimum_age` integer,
	`maximum_age` integer,
	`levels` text,
	`children_per_adult` integer,
	`position` integer NOT NULL,
	FOREIGN KEY (`activity_id`) REFERENCES `activity`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "activity_group_ratio" CHECK("activity_group"."children_per_adult" > 0)
);
--> statement-breakpoint
CREATE INDEX `activity_group_activity` ON `activity_group` (`activity_id`);--> statement-breakpoint
CREATE TABLE `registration_group` (
	`id` integer PRIMARY KEY NOT NULL,
	`registration_id` integer NOT NULL,
	`from_day` text NOT NULL,
	`group_id` integer,
	`reason` text DEFAULT '' NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`registration_id`) REFERENCES `registration`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`group_id`) REFERENCES `activity_group`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `registration_group_key` ON `registration_group` (`registration_id`,`from_day`);--> statement-breakpoint
CREATE INDEX `registration_group_group` ON `registration_group` (`group_id`);--> statement-breakpoint
ALTER TABLE `opening` ADD `group_places` text;