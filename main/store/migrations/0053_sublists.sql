CREATE TABLE `sublist` (
	`id` integer PRIMARY KEY NOT NULL,
	`activity_id` integer NOT NULL,
	`name` text NOT NULL,
	`capacity` integer NOT NULL,
	`slot_ids` text,
	`position` integer NOT NULL,
	`ended_from` text,
	FOREIGN KEY (`activity_id`) REFERENCES `activity`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "sublist_capacity" CHECK("sublist"."capacity" > 0)
);
--> statement-breakpoint
CREATE INDEX `sublist_activity` ON `sublist` (`activity_id`);--> statement-breakpoint
CREATE TABLE `registration_sublist` (
	`id` integer PRIMARY KEY NOT NULL,
	`registration_id` integer NOT NULL,
	`sublist_id` integer NOT NULL,
	`from_day` text NOT NULL,
	`until_day` text,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`registration_id`) REFERENCES `registration`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`sublist_id`) REFERENCES `sublist`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "registration_sublist_days" CHECK("registration_sublist"."from_day" <= "registration_sublist"."until_day")
);
--> statement-breakpoint
CREATE UNIQUE INDEX `registration_sublist_key` ON `registration_sublist` (`registration_id`,`sublist_id`,`from_day`);--> statement-breakpoint
CREATE INDEX `registration_sublist_sublist` ON `registration_sublist` (`sublist_id`);