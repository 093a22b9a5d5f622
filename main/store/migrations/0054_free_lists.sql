CREATE TABLE `free_list` (
	`id` integer PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`query` text NOT NULL,
	`staff_member_id` integer NOT NULL,
	`is_shared` integer NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`staff_member_id`) REFERENCES `staff_member`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `free_list_of` ON `free_list` (`staff_member_id`);