CREATE TABLE `payment_plan` (
	`id` integer PRIMARY KEY NOT NULL,
	`regie_id` integer NOT NULL,
	`family_id` integer,
	`third_party_id` integer,
	`parts` text NOT NULL,
	`paper` text NOT NULL,
	`made_on` text NOT NULL,
	`ended_on` text,
	`end_reason` text,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`regie_id`) REFERENCES `regie`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`family_id`) REFERENCES `family`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`third_party_id`) REFERENCES `third_party`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "payment_plan_payer" CHECK(("payment_plan"."family_id" is null) <> ("payment_plan"."third_party_id" is null)),
	CONSTRAINT "payment_plan_ended" CHECK(("payment_plan"."ended_on" is null) = ("payment_plan"."end_reason" is null))
);
--> statement-breakpoint
CREATE INDEX `payment_plan_standing` ON `payment_plan` (`regie_id`) WHERE "payment_plan"."ended_on" is null;--> statement-breakpoint
CREATE INDEX `payment_plan_family` ON `payment_plan` (`family_id`) WHERE "payment_plan"."family_id" is not null;--> statement-breakpoint
CREATE INDEX `payment_plan_third_party` ON `payment_plan` (`third_party_id`) WHERE "payment_plan"."third_party_id" is not null;--> statement-breakpoint
ALTER TABLE `regie` ADD `allows_plans` integer DEFAULT false NOT NULL;