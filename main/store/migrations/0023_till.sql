ALTER TABLE `till_closing` ADD `faces` text;--> statement-breakpoint
ALTER TABLE `regie` ADD `till_ceiling_cents` integer DEFAULT 0 NOT NULL;