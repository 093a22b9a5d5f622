CREATE TABLE `hours_declaration` (
	`id` integer PRIMARY KEY NOT NULL,
	`from_day` text NOT NULL,
	`to_day` text NOT NULL,
	`declared_on` text NOT NULL,
	`rows` text NOT NULL,
	`rules` text NOT NULL,
	`note` text DEFAULT '' NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "hours_declaration_order" CHECK("hours_declaration"."from_day" <= "hours_declaration"."to_day")
);
--> statement-breakpoint
CREATE INDEX `hours_declaration_days` ON `hours_declaration` (`from_day`,`to_day`);--> statement-breakpoint
CREATE TABLE `hours_rule` (
	`id` integer PRIMARY KEY NOT NULL,
	`activity_id` integer NOT NULL,
	`from_day` text NOT NULL,
	`declared_as` text DEFAULT '' NOT NULL,
	`kind` text NOT NULL,
	`counts` text NOT NULL,
	`day_minutes` integer,
	`half_day_minutes` integer,
	`source` text NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`activity_id`) REFERENCES `activity`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "hours_rule_month" CHECK("hours_rule"."from_day" like '%-01'),
	CONSTRAINT "hours_rule_day" CHECK("hours_rule"."day_minutes" is null or "hours_rule"."day_minutes" between 1 and 1440),
	CONSTRAINT "hours_rule_half_day" CHECK("hours_rule"."half_day_minutes" is null or "hours_rule"."half_day_minutes" between 1 and 1440)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `hours_rule_from` ON `hours_rule` (`activity_id`,`from_day`);