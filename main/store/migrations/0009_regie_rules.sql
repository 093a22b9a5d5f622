ALTER TABLE `regie` ADD `means` text;--> statement-breakpoint
ALTER TABLE `regie` ADD `natures` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `regie` ADD `ways_to_pay` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `regie` ADD `payfip_number` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `regie` ADD `payfip` text DEFAULT '{"mode":"off","tryEmail":""}' NOT NULL;--> statement-breakpoint
ALTER TABLE `regie` ADD `due_days` integer DEFAULT 30 NOT NULL;--> statement-breakpoint
ALTER TABLE `regie` ADD `bills_from` text;--> statement-breakpoint
ALTER TABLE `regie` ADD `zero_invoices` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `regie` ADD `till_float_cents` integer DEFAULT 0 NOT NULL;