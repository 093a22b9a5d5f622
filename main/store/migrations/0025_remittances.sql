CREATE TABLE `remittance` (
	`id` integer PRIMARY KEY NOT NULL,
	`regie_id` integer NOT NULL,
	`number` integer NOT NULL,
	`from_day` text NOT NULL,
	`to_day` text NOT NULL,
	`natures` text NOT NULL,
	`content` text NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`regie_id`) REFERENCES `regie`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "remittance_days" CHECK("remittance"."from_day" <= "remittance"."to_day")
);
--> statement-breakpoint
CREATE UNIQUE INDEX `remittance_number` ON `remittance` (`regie_id`,`number`);