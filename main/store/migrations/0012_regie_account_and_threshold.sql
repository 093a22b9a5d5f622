ALTER TABLE `regie` ADD `iban` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `regie` ADD `bic` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `regie` ADD `carry_below_cents` integer DEFAULT 0 NOT NULL;