ALTER TABLE `activity` ADD `joined_to_id` integer REFERENCES activity(id);--> statement-breakpoint
ALTER TABLE `period` ADD `group_ids` text;