ALTER TABLE `portal_account` ADD `unwanted_mails` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `portal_settings` ADD `proxy` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `portal_settings` ADD `certificate_authority` text DEFAULT '' NOT NULL;