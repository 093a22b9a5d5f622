CREATE TABLE `mail` (
	`id` integer PRIMARY KEY NOT NULL,
	`family_id` integer,
	`guardian_id` integer,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`email` text NOT NULL,
	`subject` text NOT NULL,
	`body` text NOT NULL,
	`paper` text,
	`queued_at` text NOT NULL,
	`resend_of_id` integer,
	`withdrawn_at` text,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`family_id`) REFERENCES `family`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`guardian_id`) REFERENCES `guardian`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `mail_family` ON `mail` (`family_id`) WHERE "mail"."family_id" is not null;--> statement-breakpoint
CREATE INDEX `mail_guardian` ON `mail` (`guardian_id`) WHERE "mail"."guardian_id" is not null;--> statement-breakpoint
CREATE INDEX `mail_act` ON `mail` (`act_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `mail_resend` ON `mail` (`resend_of_id`) WHERE "mail"."resend_of_id" is not null;--> statement-breakpoint
CREATE TABLE `mail_delivery` (
	`id` integer PRIMARY KEY NOT NULL,
	`fate` text NOT NULL,
	`tries` integer NOT NULL,
	`next_try_at` text NOT NULL,
	`begun_at` text,
	`ended_at` text,
	`reply` text NOT NULL,
	FOREIGN KEY (`id`) REFERENCES `mail`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `mail_delivery_queue` ON `mail_delivery` (`fate`,`next_try_at`);--> statement-breakpoint
CREATE TABLE `mail_settings` (
	`id` integer PRIMARY KEY NOT NULL,
	`server` text NOT NULL,
	`port` integer NOT NULL,
	`security` text NOT NULL,
	`account` text NOT NULL,
	`sender_name` text NOT NULL,
	`sender_address` text NOT NULL,
	`per_minute` integer NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "mail_settings_single" CHECK("mail_settings"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE `stopped_address` (
	`id` integer PRIMARY KEY NOT NULL,
	`email` text NOT NULL,
	`cause` text NOT NULL,
	`reason` text NOT NULL,
	`stopped_at` text NOT NULL,
	`lifted_at` text,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `stopped_address_standing` ON `stopped_address` (`email`) WHERE "stopped_address"."lifted_at" is null;--> statement-breakpoint
INSERT OR IGNORE INTO `stopped_address`("email", "cause", "reason", "stopped_at", "act_id")
SELECT lower(trim("refused_email")), 'refused', '', "refused_at", "act_id" FROM `portal_account`
WHERE "refused_email" is not null AND "refused_at" is not null ORDER BY "refused_at";--> statement-breakpoint
ALTER TABLE `portal_account` DROP COLUMN `refused_email`;--> statement-breakpoint
ALTER TABLE `portal_account` DROP COLUMN `refused_at`;