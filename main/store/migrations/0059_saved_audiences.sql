CREATE TABLE `saved_audience` (
	`id` integer PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`whom` text NOT NULL,
	`staff_member_id` integer NOT NULL,
	`is_shared` integer NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`staff_member_id`) REFERENCES `staff_member`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `saved_audience_of` ON `saved_audience` (`staff_member_id`);