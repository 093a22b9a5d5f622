CREATE TABLE `price_category` (
	`id` integer PRIMARY KEY NOT NULL,
	`family_id` integer,
	`child_id` integer,
	`category` text NOT NULL,
	`from_day` text NOT NULL,
	`to_day` text,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`family_id`) REFERENCES `family`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`child_id`) REFERENCES `child`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "price_category_of" CHECK(("price_category"."family_id" is null) <> ("price_category"."child_id" is null)),
	CONSTRAINT "price_category_days" CHECK("price_category"."to_day" is null or "price_category"."from_day" <= "price_category"."to_day")
);
--> statement-breakpoint
CREATE INDEX `price_category_family` ON `price_category` (`family_id`);--> statement-breakpoint
CREATE INDEX `price_category_child` ON `price_category` (`child_id`);--> statement-breakpoint
ALTER TABLE `billed_span` ADD `declared` text;--> statement-breakpoint
ALTER TABLE `attendance` ADD `arrived_at` text;