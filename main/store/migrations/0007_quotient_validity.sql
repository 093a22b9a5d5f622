ALTER TABLE `family_quotient` ADD `to_day` text;--> statement-breakpoint
ALTER TABLE `organisation` ADD `quotient_rule` text;