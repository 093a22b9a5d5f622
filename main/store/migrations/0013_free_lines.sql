CREATE TABLE `free_line` (
	`id` integer PRIMARY KEY NOT NULL,
	`family_id` integer NOT NULL,
	`kind_id` integer,
	`child_id` integer,
	`activity_id` integer,
	`regie_id` integer NOT NULL,
	`day` text NOT NULL,
	`corrected_day` text,
	`label` text NOT NULL,
	`quantity` integer NOT NULL,
	`unit_cents` integer NOT NULL,
	`fiscal` text NOT NULL,
	`reason` text DEFAULT '' NOT NULL,
	`given_up_cents` integer DEFAULT 0 NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`family_id`) REFERENCES `family`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`kind_id`) REFERENCES `free_line_kind`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`child_id`) REFERENCES `child`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`activity_id`) REFERENCES `activity`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`regie_id`) REFERENCES `regie`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "free_line_cents" CHECK("free_line"."unit_cents" <> 0 and "free_line"."quantity" > 0)
);
--> statement-breakpoint
CREATE INDEX `free_line_family` ON `free_line` (`family_id`);--> statement-breakpoint
CREATE TABLE `free_line_kind` (
	`id` integer PRIMARY KEY NOT NULL,
	`label` text NOT NULL,
	`unit_cents` integer NOT NULL,
	`regie_id` integer NOT NULL,
	`fiscal` text NOT NULL,
	`archived` integer DEFAULT false NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`regie_id`) REFERENCES `regie`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
