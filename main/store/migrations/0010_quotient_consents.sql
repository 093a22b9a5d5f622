CREATE TABLE `quotient_consent` (
	`id` integer PRIMARY KEY NOT NULL,
	`family_id` integer NOT NULL,
	`guardian_id` integer NOT NULL,
	`given_on` text NOT NULL,
	`given_by` text NOT NULL,
	`revoked_on` text,
	`birth_name` text NOT NULL,
	`first_names` text NOT NULL,
	`civil_sex` text,
	`born_on` text,
	`birth_country` text NOT NULL,
	`birth_town` text NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`family_id`) REFERENCES `family`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`guardian_id`) REFERENCES `guardian`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "quotient_consent_forgotten" CHECK("quotient_consent"."revoked_on" is null or ("quotient_consent"."birth_name" || "quotient_consent"."first_names" || "quotient_consent"."birth_town" = '' and "quotient_consent"."born_on" is null))
);
--> statement-breakpoint
CREATE INDEX `quotient_consent_family` ON `quotient_consent` (`family_id`);--> statement-breakpoint
CREATE INDEX `quotient_consent_guardian` ON `quotient_consent` (`guardian_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `quotient_consent_given` ON `quotient_consent` (`family_id`) WHERE "quotient_consent"."revoked_on" is null;