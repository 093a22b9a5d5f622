ALTER TABLE `payment` ADD `document_number` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `payment` ADD `bank` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `payment` ADD `issuer` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `payment` ADD `given_cents` integer;--> statement-breakpoint
ALTER TABLE `payment` ADD `held_until` text;--> statement-breakpoint
ALTER TABLE `regie` ADD `max_cash_cents` integer DEFAULT 30000 NOT NULL;--> statement-breakpoint
ALTER TABLE `regie` ADD `holds_cheques` integer DEFAULT false NOT NULL;