PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_mandate` (
	`id` integer PRIMARY KEY NOT NULL,
	`family_id` integer,
	`third_party_id` integer,
	`regie_id` integer NOT NULL,
	`reference` text NOT NULL,
	`year` integer,
	`number` integer,
	`kind` text NOT NULL,
	`source` text NOT NULL,
	`signed_on` text NOT NULL,
	`debtor` text NOT NULL,
	`sealed` text NOT NULL,
	`account_start` text NOT NULL,
	`last_four` text NOT NULL,
	`digest` text NOT NULL,
	`suspended_on` text,
	`stopped_on` text,
	`reason` text DEFAULT '' NOT NULL,
	`paper` text,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`family_id`) REFERENCES `family`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`third_party_id`) REFERENCES `third_party`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`regie_id`) REFERENCES `regie`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "mandate_payer" CHECK(("__new_mandate"."family_id" is null) <> ("__new_mandate"."third_party_id" is null)),
	CONSTRAINT "mandate_numbered" CHECK(("__new_mandate"."year" is null) = ("__new_mandate"."number" is null))
);
--> statement-breakpoint
INSERT INTO `__new_mandate`("id", "family_id", "third_party_id", "regie_id", "reference", "year", "number", "kind", "source", "signed_on", "debtor", "sealed", "account_start", "last_four", "digest", "suspended_on", "stopped_on", "reason", "paper", "act_id") SELECT "id", "family_id", null, "regie_id", "reference", "year", "number", "kind", "source", "signed_on", "debtor", "sealed", "account_start", "last_four", "digest", "suspended_on", "stopped_on", "reason", "paper", "act_id" FROM `mandate`;--> statement-breakpoint
DROP TABLE `mandate`;--> statement-breakpoint
ALTER TABLE `__new_mandate` RENAME TO `mandate`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE UNIQUE INDEX `mandate_reference_unique` ON `mandate` (`reference`);--> statement-breakpoint
CREATE INDEX `mandate_family` ON `mandate` (`family_id`);--> statement-breakpoint
CREATE INDEX `mandate_third_party` ON `mandate` (`third_party_id`) WHERE "mandate"."third_party_id" is not null;--> statement-breakpoint
CREATE INDEX `mandate_regie` ON `mandate` (`regie_id`);