ALTER TABLE `portal_account` ADD `sealing_key` text;--> statement-breakpoint
ALTER TABLE `portal_account` ADD `sealing_key_email` text;--> statement-breakpoint
ALTER TABLE `portal_settings` ADD `shows_health` integer DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE `health_record` ADD `confirmed_on` text;--> statement-breakpoint
ALTER TABLE `health_record` ADD `confirmed_by` text DEFAULT '' NOT NULL;