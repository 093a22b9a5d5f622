CREATE TABLE `site_opening` (
	`id` integer PRIMARY KEY NOT NULL,
	`family_id` integer NOT NULL,
	`staff_member_id` integer NOT NULL,
	`reason` text NOT NULL,
	`until_day` text NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`family_id`) REFERENCES `family`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`staff_member_id`) REFERENCES `staff_member`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `site_opening_staff` ON `site_opening` (`staff_member_id`,`until_day`);--> statement-breakpoint
CREATE INDEX `site_opening_family` ON `site_opening` (`family_id`);--> statement-breakpoint
CREATE TABLE `site` (
	`id` integer PRIMARY KEY NOT NULL,
	`name` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `site_name_unique` ON `site` (`name`);--> statement-breakpoint
-- Files of one place have one site, that of every facility; its name is not shown until there is another.
INSERT INTO `site` (`id`, `name`) VALUES (1, 'Site principal');
--> statement-breakpoint
ALTER TABLE `facility` ADD `site_id` integer DEFAULT 1 NOT NULL REFERENCES site(id);--> statement-breakpoint
ALTER TABLE `staff_member` ADD `site_ids` text;