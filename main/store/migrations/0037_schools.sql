CREATE TABLE `catchment` (
	`id` integer PRIMARY KEY NOT NULL,
	`school_id` integer NOT NULL,
	`street` text NOT NULL,
	`from_number` integer,
	`to_number` integer,
	`side` text DEFAULT 'both' NOT NULL,
	FOREIGN KEY (`school_id`) REFERENCES `school`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "catchment_numbers" CHECK("catchment"."from_number" <= "catchment"."to_number")
);
--> statement-breakpoint
CREATE INDEX `catchment_school` ON `catchment` (`school_id`);--> statement-breakpoint
ALTER TABLE `activity` ADD `school_ids` text;--> statement-breakpoint
ALTER TABLE `schooling` ADD `exemption` text DEFAULT '' NOT NULL;