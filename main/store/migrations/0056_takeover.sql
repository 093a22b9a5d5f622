CREATE TABLE `former_figure` (
	`id` integer PRIMARY KEY NOT NULL,
	`source` text NOT NULL,
	`month` text NOT NULL,
	`activity` text NOT NULL,
	`site_id` integer,
	`minutes` integer,
	`meals` integer,
	`invoiced_cents` integer,
	`paid_cents` integer,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`site_id`) REFERENCES `site`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "former_figure_month" CHECK("former_figure"."month" like '____-__')
);
--> statement-breakpoint
CREATE UNIQUE INDEX `former_figure_of_site` ON `former_figure` (`source`,`month`,`activity`,`site_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `former_figure_of_town` ON `former_figure` (`source`,`month`,`activity`) WHERE "former_figure"."site_id" is null;--> statement-breakpoint
DROP INDEX `opening_balance_of`;--> statement-breakpoint
ALTER TABLE `opening_balance` ADD `reference` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `opening_balance` ADD `period` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `opening_balance` ADD `invoiced_cents` integer;--> statement-breakpoint
CREATE UNIQUE INDEX `opening_balance_reference` ON `opening_balance` (`regie_id`,`reference`,`on_day`) WHERE "opening_balance"."reference" <> '';--> statement-breakpoint
CREATE UNIQUE INDEX `opening_balance_of` ON `opening_balance` (`family_id`,`on_day`,`regie_id`,`reference`);--> statement-breakpoint
ALTER TABLE `family` ADD `former_number` text DEFAULT '' NOT NULL;