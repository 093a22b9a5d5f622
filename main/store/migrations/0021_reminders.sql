CREATE TABLE `recovery_note` (
	`id` integer PRIMARY KEY NOT NULL,
	`regie_id` integer NOT NULL,
	`family_id` integer,
	`third_party_id` integer,
	`kind` text NOT NULL,
	`text` text NOT NULL,
	`until_day` text,
	`noted_on` text NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`regie_id`) REFERENCES `regie`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`family_id`) REFERENCES `family`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`third_party_id`) REFERENCES `third_party`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "recovery_note_payer" CHECK(("recovery_note"."family_id" is null) <> ("recovery_note"."third_party_id" is null)),
	CONSTRAINT "recovery_note_aside" CHECK("recovery_note"."kind" <> 'aside' or "recovery_note"."until_day" is not null)
);
--> statement-breakpoint
CREATE INDEX `recovery_note_family` ON `recovery_note` (`family_id`) WHERE "recovery_note"."family_id" is not null;--> statement-breakpoint
CREATE INDEX `recovery_note_third_party` ON `recovery_note` (`third_party_id`) WHERE "recovery_note"."third_party_id" is not null;--> statement-breakpoint
CREATE TABLE `reminder` (
	`id` integer PRIMARY KEY NOT NULL,
	`regie_id` integer NOT NULL,
	`family_id` integer,
	`third_party_id` integer,
	`series` text NOT NULL,
	`year` integer NOT NULL,
	`number` integer NOT NULL,
	`level` integer NOT NULL,
	`channel` text NOT NULL,
	`made_on` text NOT NULL,
	`pay_before` text NOT NULL,
	`amount_cents` integer NOT NULL,
	`paper` text NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`regie_id`) REFERENCES `regie`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`family_id`) REFERENCES `family`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`third_party_id`) REFERENCES `third_party`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "reminder_payer" CHECK(("reminder"."family_id" is null) <> ("reminder"."third_party_id" is null)),
	CONSTRAINT "reminder_amount" CHECK("reminder"."amount_cents" > 0)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `reminder_number` ON `reminder` (`series`,`year`,`number`);--> statement-breakpoint
CREATE INDEX `reminder_family` ON `reminder` (`family_id`) WHERE "reminder"."family_id" is not null;--> statement-breakpoint
CREATE INDEX `reminder_third_party` ON `reminder` (`third_party_id`) WHERE "reminder"."third_party_id" is not null;--> statement-breakpoint
CREATE INDEX `reminder_run` ON `reminder` (`regie_id`,`act_id`);--> statement-breakpoint
ALTER TABLE `regie` ADD `reminder_levels` text;--> statement-breakpoint
ALTER TABLE `regie` ADD `remind_from_cents` integer DEFAULT 500 NOT NULL;