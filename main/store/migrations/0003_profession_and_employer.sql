ALTER TABLE `guardian` ADD `profession` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `guardian` ADD `employer` text DEFAULT '' NOT NULL;