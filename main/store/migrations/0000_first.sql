CREATE TABLE `activity` (
	`id` integer PRIMARY KEY NOT NULL,
	`facility_id` integer NOT NULL,
	`type_id` integer NOT NULL,
	`name` text NOT NULL,
	`minimum_age` integer,
	`maximum_age` integer,
	`levels` text,
	`residents_only` integer DEFAULT false NOT NULL,
	`supervision` text DEFAULT 'none' NOT NULL,
	`booking_rule` text NOT NULL,
	`cancel_rule` text NOT NULL,
	`waiting_priorities` text,
	`offer_hours` integer DEFAULT 48 NOT NULL,
	`staffing_blocks` integer DEFAULT false NOT NULL,
	`archived` integer DEFAULT false NOT NULL,
	FOREIGN KEY (`facility_id`) REFERENCES `facility`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`type_id`) REFERENCES `activity_type`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `activity_type` (
	`id` integer PRIMARY KEY NOT NULL,
	`name` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `activity_type_name_unique` ON `activity_type` (`name`);--> statement-breakpoint
CREATE TABLE `opening` (
	`id` integer PRIMARY KEY NOT NULL,
	`period_id` integer NOT NULL,
	`day` text NOT NULL,
	`slot_id` integer NOT NULL,
	`capacity` integer NOT NULL,
	`closed_reason` text,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`period_id`) REFERENCES `period`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`slot_id`) REFERENCES `slot`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "opening_capacity" CHECK("opening"."capacity" >= 0)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `opening_key` ON `opening` (`period_id`,`day`,`slot_id`);--> statement-breakpoint
CREATE INDEX `opening_day` ON `opening` (`day`);--> statement-breakpoint
CREATE TABLE `period` (
	`id` integer PRIMARY KEY NOT NULL,
	`activity_id` integer NOT NULL,
	`name` text NOT NULL,
	`start_day` text NOT NULL,
	`end_day` text NOT NULL,
	`weekdays` text NOT NULL,
	`school_holidays` text NOT NULL,
	`places` text NOT NULL,
	`registration_opens_at` text,
	`registration_closes_at` text,
	`booking_opens_at` text,
	`booking_closes_at` text,
	`residents_open_at` text,
	`booking_rule` text,
	`cancel_rule` text,
	`waiting_list` integer DEFAULT true NOT NULL,
	`promotion` text DEFAULT 'proposal' NOT NULL,
	`adults` integer,
	`archived` integer DEFAULT false NOT NULL,
	FOREIGN KEY (`activity_id`) REFERENCES `activity`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "period_dates" CHECK("period"."start_day" <= "period"."end_day")
);
--> statement-breakpoint
CREATE INDEX `period_activity` ON `period` (`activity_id`);--> statement-breakpoint
CREATE TABLE `slot` (
	`id` integer PRIMARY KEY NOT NULL,
	`activity_id` integer NOT NULL,
	`name` text NOT NULL,
	`short_name` text NOT NULL,
	`start` text NOT NULL,
	`end` text NOT NULL,
	`is_meal` integer DEFAULT false NOT NULL,
	`position` integer NOT NULL,
	`ended_from` text,
	FOREIGN KEY (`activity_id`) REFERENCES `activity`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "slot_hours" CHECK("slot"."start" < "slot"."end")
);
--> statement-breakpoint
CREATE INDEX `slot_activity` ON `slot` (`activity_id`);--> statement-breakpoint
CREATE TABLE `staffing` (
	`id` integer PRIMARY KEY NOT NULL,
	`period_id` integer NOT NULL,
	`day` text NOT NULL,
	`slot_id` integer NOT NULL,
	`adults` integer NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`period_id`) REFERENCES `period`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`slot_id`) REFERENCES `slot`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "staffing_adults" CHECK("staffing"."adults" >= 0)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `staffing_key` ON `staffing` (`period_id`,`day`,`slot_id`);--> statement-breakpoint
CREATE TABLE `acted_upon` (
	`id` text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE `exchange_run` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`cause` text NOT NULL,
	`started_at` text NOT NULL,
	`ended_at` text,
	`outcome` text NOT NULL,
	`requests` integer DEFAULT 0 NOT NULL,
	`collected` integer DEFAULT 0 NOT NULL,
	`answers` integer DEFAULT 0 NOT NULL,
	`documents` integer DEFAULT 0 NOT NULL,
	`papers` integer DEFAULT 0 NOT NULL,
	`bytes` integer DEFAULT 0 NOT NULL,
	`sentence` text DEFAULT '' NOT NULL
);
--> statement-breakpoint
CREATE INDEX `exchange_run_started` ON `exchange_run` (`started_at`);--> statement-breakpoint
CREATE TABLE `exchange_side` (
	`id` integer PRIMARY KEY NOT NULL,
	`side` text NOT NULL,
	`address` text NOT NULL,
	`ring` text NOT NULL,
	`public_key` text NOT NULL,
	`paired_at` text NOT NULL,
	`portal_kinds` text NOT NULL,
	`series` text NOT NULL,
	`published_act` integer DEFAULT 0 NOT NULL,
	`published_on` text,
	`answered_move` integer DEFAULT 0 NOT NULL,
	CONSTRAINT "exchange_side_single" CHECK("exchange_side"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE `mirror_entry` (
	`number` integer PRIMARY KEY NOT NULL,
	`hash` text NOT NULL,
	`id` text NOT NULL,
	`kind` text NOT NULL,
	`at` text NOT NULL,
	`body` text NOT NULL,
	`received_at` text NOT NULL,
	`passed_over` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `mirror_entry_passed_over` ON `mirror_entry` (`number`) WHERE "mirror_entry"."passed_over";--> statement-breakpoint
CREATE TABLE `own_entry` (
	`number` integer PRIMARY KEY NOT NULL,
	`hash` text NOT NULL,
	`id` text NOT NULL,
	`kind` text NOT NULL,
	`at` text NOT NULL,
	`body` text NOT NULL,
	`acknowledged_at` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `own_entry_id` ON `own_entry` (`id`);--> statement-breakpoint
CREATE TABLE `portal_account` (
	`id` integer PRIMARY KEY NOT NULL,
	`guardian_id` integer NOT NULL,
	`blocked` integer DEFAULT false NOT NULL,
	`invitation_id` text NOT NULL,
	`invitation_by` text NOT NULL,
	`invited_at` text NOT NULL,
	`code_hash` text,
	`code_expires_at` text,
	`activated_at` text,
	`refused_email` text,
	`refused_at` text,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`guardian_id`) REFERENCES `guardian`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `portal_account_guardianId_unique` ON `portal_account` (`guardian_id`);--> statement-breakpoint
CREATE TABLE `portal_ask` (
	`id` integer PRIMARY KEY NOT NULL,
	`entry_id` text NOT NULL,
	`kind` text NOT NULL,
	`guardian_id` integer NOT NULL,
	`family_id` integer NOT NULL,
	`receipt` text NOT NULL,
	`recorded_at` text NOT NULL,
	`number` integer NOT NULL,
	`registration_id` integer,
	`day` text,
	`slot_id` integer,
	`wish` text,
	`move_id` integer,
	`settled` text,
	`settled_reason` text DEFAULT '' NOT NULL,
	`answer` text,
	`answer_reason` text,
	`answer_revision` integer DEFAULT 0 NOT NULL,
	`told_move` integer,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`registration_id`) REFERENCES `registration`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `portal_ask_entryId_unique` ON `portal_ask` (`entry_id`);--> statement-breakpoint
CREATE INDEX `portal_ask_registration` ON `portal_ask` (`registration_id`,`day`,`slot_id`);--> statement-breakpoint
CREATE INDEX `portal_ask_unanswered` ON `portal_ask` (`kind`) WHERE "portal_ask"."answer" is null;--> statement-breakpoint
CREATE INDEX `portal_ask_other` ON `portal_ask` (`kind`) WHERE "portal_ask"."kind" <> 'demande';--> statement-breakpoint
CREATE TABLE `portal_settings` (
	`id` integer PRIMARY KEY NOT NULL,
	`opening_hours` text DEFAULT '' NOT NULL,
	`information` text DEFAULT '' NOT NULL,
	`publisher` text DEFAULT '' NOT NULL,
	`director` text DEFAULT '' NOT NULL,
	`host` text DEFAULT '' NOT NULL,
	`data_protection_officer` text DEFAULT '' NOT NULL,
	`conformity` text DEFAULT 'non' NOT NULL,
	`audit` text DEFAULT '' NOT NULL,
	`accessibility_contact` text DEFAULT '' NOT NULL,
	`accent` text DEFAULT 'marine' NOT NULL,
	`terms` text DEFAULT '{"version":"","text":""}' NOT NULL,
	`night_at` text NOT NULL,
	`continuous` integer DEFAULT false NOT NULL,
	`reminders` text DEFAULT '{"before":null,"after":null}' NOT NULL,
	`payfip` text DEFAULT '{"mode":"off","tryEmail":"","address":""}' NOT NULL,
	`automatic` text NOT NULL,
	CONSTRAINT "portal_settings_single" CHECK("portal_settings"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE `proposal` (
	`id` integer PRIMARY KEY NOT NULL,
	`ask_id` integer NOT NULL,
	`family_id` integer NOT NULL,
	`subject` text NOT NULL,
	`subject_id` integer NOT NULL,
	`field` text NOT NULL,
	`before` text NOT NULL,
	`after` text NOT NULL,
	`state` text NOT NULL,
	`reason` text DEFAULT '' NOT NULL,
	`decided_at` text,
	`replaced` text,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`ask_id`) REFERENCES `portal_ask`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `proposal_askId_unique` ON `proposal` (`ask_id`);--> statement-breakpoint
CREATE INDEX `proposal_waiting` ON `proposal` (`family_id`) WHERE "proposal"."state" = 'waiting';--> statement-breakpoint
CREATE TABLE `publication` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`paper_of` text,
	`wanted_hash` text,
	`held_hash` text,
	`stale` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `publication_stale` ON `publication` (`paper_of`) WHERE "publication"."stale";--> statement-breakpoint
CREATE INDEX `publication_differs` ON `publication` (`paper_of`) WHERE "publication"."wanted_hash" is not "publication"."held_hash";--> statement-breakpoint
CREATE INDEX `publication_gone` ON `publication` (`id`) WHERE "publication"."wanted_hash" is null and not "publication"."stale";--> statement-breakpoint
CREATE TABLE `recovered_paper` (
	`id` text PRIMARY KEY NOT NULL,
	`paper_of` text NOT NULL,
	`body` text NOT NULL,
	`recovered_at` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `sign_up` (
	`id` integer PRIMARY KEY NOT NULL,
	`ask_id` integer NOT NULL,
	`body` text NOT NULL,
	`state` text NOT NULL,
	`reason` text DEFAULT '' NOT NULL,
	`decided_at` text,
	`family_id` integer,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`ask_id`) REFERENCES `portal_ask`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`family_id`) REFERENCES `family`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sign_up_askId_unique` ON `sign_up` (`ask_id`);--> statement-breakpoint
CREATE INDEX `sign_up_waiting` ON `sign_up` (`state`) WHERE "sign_up"."state" = 'waiting';--> statement-breakpoint
CREATE INDEX `sign_up_family` ON `sign_up` (`family_id`);--> statement-breakpoint
CREATE TABLE `child` (
	`id` integer PRIMARY KEY NOT NULL,
	`last_name` text NOT NULL,
	`first_name` text NOT NULL,
	`birth_day` text NOT NULL,
	`sex` text DEFAULT '' NOT NULL,
	`notes` text DEFAULT '' NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `child_name` ON `child` (`last_name`,`first_name`);--> statement-breakpoint
CREATE INDEX `child_birth` ON `child` (`birth_day`);--> statement-breakpoint
CREATE TABLE `custody_day` (
	`id` integer PRIMARY KEY NOT NULL,
	`child_id` integer NOT NULL,
	`day` text NOT NULL,
	`family_id` integer NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`child_id`) REFERENCES `child`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`family_id`) REFERENCES `family`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `custody_day_key` ON `custody_day` (`child_id`,`day`);--> statement-breakpoint
CREATE TABLE `custody_rule` (
	`id` integer PRIMARY KEY NOT NULL,
	`child_id` integer NOT NULL,
	`from_day` text NOT NULL,
	`home_id` integer NOT NULL,
	`other_home_id` integer NOT NULL,
	`even_week` text NOT NULL,
	`odd_week` text NOT NULL,
	`even_years` text,
	`odd_years` text,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`child_id`) REFERENCES `child`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`home_id`) REFERENCES `family`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`other_home_id`) REFERENCES `family`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "custody_rule_weeks" CHECK("custody_rule"."even_week" || "custody_rule"."odd_week" glob '[ab][ab][ab][ab][ab][ab][ab][ab][ab][ab][ab][ab][ab][ab]'),
	CONSTRAINT "custody_rule_halves" CHECK(coalesce("custody_rule"."even_years", 'aa') || coalesce("custody_rule"."odd_years", 'aa') glob '[ab][ab][ab][ab]'),
	CONSTRAINT "custody_rule_years" CHECK(("custody_rule"."even_years" is null) = ("custody_rule"."odd_years" is null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `custody_rule_from` ON `custody_rule` (`child_id`,`from_day`);--> statement-breakpoint
CREATE TABLE `family` (
	`id` integer PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`home_phone` text DEFAULT '' NOT NULL,
	`beneficiary_name` text DEFAULT '' NOT NULL,
	`benefit_scheme` text DEFAULT '' NOT NULL,
	`beneficiary_number` text DEFAULT '' NOT NULL,
	`dependent_children` integer,
	`last_income_cents` integer,
	`income_updated_on` text,
	`notes` text DEFAULT '' NOT NULL,
	`left_on` text,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `family_address` (
	`id` integer PRIMARY KEY NOT NULL,
	`family_id` integer NOT NULL,
	`from_day` text NOT NULL,
	`line1` text NOT NULL,
	`line2` text DEFAULT '' NOT NULL,
	`postcode` text NOT NULL,
	`town` text NOT NULL,
	`resident` integer NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`family_id`) REFERENCES `family`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `family_address_from` ON `family_address` (`family_id`,`from_day`);--> statement-breakpoint
CREATE TABLE `family_child` (
	`id` integer PRIMARY KEY NOT NULL,
	`family_id` integer NOT NULL,
	`child_id` integer NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`family_id`) REFERENCES `family`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`child_id`) REFERENCES `child`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `family_child_key` ON `family_child` (`family_id`,`child_id`);--> statement-breakpoint
CREATE INDEX `family_child_child` ON `family_child` (`child_id`);--> statement-breakpoint
CREATE TABLE `family_guardian` (
	`id` integer PRIMARY KEY NOT NULL,
	`family_id` integer NOT NULL,
	`guardian_id` integer NOT NULL,
	`rank` integer NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`family_id`) REFERENCES `family`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`guardian_id`) REFERENCES `guardian`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "family_guardian_two" CHECK("family_guardian"."rank" in (1, 2))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `family_guardian_rank` ON `family_guardian` (`family_id`,`rank`);--> statement-breakpoint
CREATE UNIQUE INDEX `family_guardian_key` ON `family_guardian` (`family_id`,`guardian_id`);--> statement-breakpoint
CREATE INDEX `family_guardian_guardian` ON `family_guardian` (`guardian_id`);--> statement-breakpoint
CREATE TABLE `family_quotient` (
	`id` integer PRIMARY KEY NOT NULL,
	`family_id` integer NOT NULL,
	`from_day` text NOT NULL,
	`value` real,
	`source` text DEFAULT '' NOT NULL,
	`updated_on` text NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`family_id`) REFERENCES `family`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `family_quotient_from` ON `family_quotient` (`family_id`,`from_day`);--> statement-breakpoint
CREATE TABLE `guardian` (
	`id` integer PRIMARY KEY NOT NULL,
	`civility` text DEFAULT '' NOT NULL,
	`last_name` text NOT NULL,
	`first_name` text NOT NULL,
	`email` text DEFAULT '' NOT NULL,
	`mobile_phone` text DEFAULT '' NOT NULL,
	`work_phone` text DEFAULT '' NOT NULL,
	`own_address` text,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `guardian_name` ON `guardian` (`last_name`);--> statement-breakpoint
CREATE INDEX `guardian_email` ON `guardian` (`email`);--> statement-breakpoint
CREATE TABLE `health_record` (
	`id` integer PRIMARY KEY NOT NULL,
	`child_id` integer NOT NULL,
	`sealed` text NOT NULL,
	FOREIGN KEY (`child_id`) REFERENCES `child`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `health_record_childId_unique` ON `health_record` (`child_id`);--> statement-breakpoint
CREATE TABLE `pickup_contact` (
	`id` integer PRIMARY KEY NOT NULL,
	`child_id` integer NOT NULL,
	`name` text NOT NULL,
	`relation` text DEFAULT '' NOT NULL,
	`phone` text DEFAULT '' NOT NULL,
	`allowed` integer NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`child_id`) REFERENCES `child`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `pickup_contact_child` ON `pickup_contact` (`child_id`);--> statement-breakpoint
CREATE TABLE `schooling` (
	`id` integer PRIMARY KEY NOT NULL,
	`child_id` integer NOT NULL,
	`from_day` text NOT NULL,
	`school_id` integer,
	`level` text DEFAULT '' NOT NULL,
	`class_name` text DEFAULT '' NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`child_id`) REFERENCES `child`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`school_id`) REFERENCES `school`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `schooling_from` ON `schooling` (`child_id`,`from_day`);--> statement-breakpoint
CREATE TABLE `dismissed_double` (
	`id` integer PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`one_id` integer NOT NULL,
	`other_id` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `dismissed_double_pair` ON `dismissed_double` (`kind`,`one_id`,`other_id`);--> statement-breakpoint
CREATE TABLE `import_profile` (
	`id` integer PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`list` text NOT NULL,
	`columns` text NOT NULL,
	`words` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `import_profile_name_unique` ON `import_profile` (`name`);--> statement-breakpoint
CREATE TABLE `conversation` (
	`id` integer PRIMARY KEY NOT NULL,
	`key` text NOT NULL,
	`family_id` integer NOT NULL,
	`child_id` integer,
	`invoice_id` integer,
	`subject` text NOT NULL,
	`closed` integer DEFAULT false NOT NULL,
	`unread` integer NOT NULL,
	`last_at` text NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`family_id`) REFERENCES `family`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`child_id`) REFERENCES `child`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`invoice_id`) REFERENCES `invoice`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `conversation_key_unique` ON `conversation` (`key`);--> statement-breakpoint
CREATE INDEX `conversation_family` ON `conversation` (`family_id`);--> statement-breakpoint
CREATE INDEX `conversation_last` ON `conversation` (`closed`,`last_at`);--> statement-breakpoint
CREATE INDEX `conversation_unread` ON `conversation` (`id`) WHERE "conversation"."unread";--> statement-breakpoint
CREATE TABLE `message` (
	`id` integer PRIMARY KEY NOT NULL,
	`conversation_id` integer NOT NULL,
	`family_id` integer NOT NULL,
	`key` text NOT NULL,
	`guardian_id` integer,
	`by` text NOT NULL,
	`author` text NOT NULL,
	`text` text NOT NULL,
	`written_at` text NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`conversation_id`) REFERENCES `conversation`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`family_id`) REFERENCES `family`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`guardian_id`) REFERENCES `guardian`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `message_key_unique` ON `message` (`key`);--> statement-breakpoint
CREATE INDEX `message_conversation` ON `message` (`conversation_id`,`written_at`);--> statement-breakpoint
CREATE TABLE `notice` (
	`id` integer PRIMARY KEY NOT NULL,
	`title` text NOT NULL,
	`text` text NOT NULL,
	`activity_id` integer,
	`period_id` integer,
	`school_id` integer,
	`from_day` text NOT NULL,
	`until_day` text NOT NULL,
	`by_mail` integer NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`activity_id`) REFERENCES `activity`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`period_id`) REFERENCES `period`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`school_id`) REFERENCES `school`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "notice_one_audience" CHECK(("notice"."activity_id" is not null) + ("notice"."period_id" is not null) + ("notice"."school_id" is not null) <= 1),
	CONSTRAINT "notice_days" CHECK("notice"."until_day" >= "notice"."from_day")
);
--> statement-breakpoint
CREATE TABLE `activity_tariff` (
	`id` integer PRIMARY KEY NOT NULL,
	`activity_id` integer NOT NULL,
	`tariff_id` integer NOT NULL,
	FOREIGN KEY (`activity_id`) REFERENCES `activity`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`tariff_id`) REFERENCES `tariff`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `activity_tariff_activityId_unique` ON `activity_tariff` (`activity_id`);--> statement-breakpoint
CREATE TABLE `allocation` (
	`id` integer PRIMARY KEY NOT NULL,
	`payment_id` integer,
	`credit_note_id` integer,
	`opening_credit_id` integer,
	`invoice_id` integer,
	`opening_debt_id` integer,
	`amount_cents` integer NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`payment_id`) REFERENCES `payment`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`credit_note_id`) REFERENCES `invoice`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`opening_credit_id`) REFERENCES `opening_balance`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`invoice_id`) REFERENCES `invoice`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`opening_debt_id`) REFERENCES `opening_balance`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "allocation_amount" CHECK("allocation"."amount_cents" > 0),
	CONSTRAINT "allocation_source" CHECK(("allocation"."payment_id" is not null) + ("allocation"."credit_note_id" is not null) + ("allocation"."opening_credit_id" is not null) = 1),
	CONSTRAINT "allocation_target" CHECK(("allocation"."invoice_id" is null) <> ("allocation"."opening_debt_id" is null))
);
--> statement-breakpoint
CREATE INDEX `allocation_invoice` ON `allocation` (`invoice_id`);--> statement-breakpoint
CREATE INDEX `allocation_payment` ON `allocation` (`payment_id`);--> statement-breakpoint
CREATE INDEX `allocation_credit_note` ON `allocation` (`credit_note_id`);--> statement-breakpoint
CREATE INDEX `allocation_opening_credit` ON `allocation` (`opening_credit_id`);--> statement-breakpoint
CREATE INDEX `allocation_opening_debt` ON `allocation` (`opening_debt_id`);--> statement-breakpoint
CREATE TABLE `deposit_slip` (
	`id` integer PRIMARY KEY NOT NULL,
	`means` text NOT NULL,
	`year` integer NOT NULL,
	`number` integer NOT NULL,
	`handed_on` text NOT NULL,
	`cancelled_at` text,
	`cancel_reason` text,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "deposit_slip_cancelled" CHECK(("deposit_slip"."cancelled_at" is null) = ("deposit_slip"."cancel_reason" is null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `deposit_slip_number` ON `deposit_slip` (`year`,`number`);--> statement-breakpoint
CREATE TABLE `deposit_slip_line` (
	`id` integer PRIMARY KEY NOT NULL,
	`slip_id` integer NOT NULL,
	`payment_id` integer NOT NULL,
	`amount_cents` integer NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`slip_id`) REFERENCES `deposit_slip`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`payment_id`) REFERENCES `payment`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "deposit_slip_line_amount" CHECK("deposit_slip_line"."amount_cents" <> 0)
);
--> statement-breakpoint
CREATE INDEX `deposit_slip_line_slip` ON `deposit_slip_line` (`slip_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `deposit_slip_line_once` ON `deposit_slip_line` (`payment_id`,("amount_cents" > 0));--> statement-breakpoint
CREATE TABLE `invoice` (
	`id` integer PRIMARY KEY NOT NULL,
	`run_id` integer,
	`family_id` integer NOT NULL,
	`kind` text NOT NULL,
	`state` text NOT NULL,
	`from_day` text NOT NULL,
	`to_day` text NOT NULL,
	`total_cents` integer NOT NULL,
	`verdict` text NOT NULL,
	`journal` text NOT NULL,
	`set_aside` integer DEFAULT false NOT NULL,
	`series` text,
	`year` integer,
	`number` integer,
	`issued_on` text,
	`due_on` text,
	`previous_balance_cents` integer,
	`paper` text,
	`hash` text,
	`previous_hash` text,
	`corrects_id` integer,
	`reason` text DEFAULT '' NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`run_id`) REFERENCES `invoice_run`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`family_id`) REFERENCES `family`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "invoice_issued" CHECK(("invoice"."state" = 'issued') = ("invoice"."number" is not null)),
	CONSTRAINT "invoice_hashed" CHECK(("invoice"."number" is null) = ("invoice"."hash" is null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `invoice_number` ON `invoice` (`series`,`year`,`number`);--> statement-breakpoint
CREATE INDEX `invoice_family` ON `invoice` (`family_id`,`state`);--> statement-breakpoint
CREATE INDEX `invoice_of_run` ON `invoice` (`run_id`);--> statement-breakpoint
CREATE INDEX `invoice_corrects` ON `invoice` (`corrects_id`) WHERE "invoice"."corrects_id" is not null;--> statement-breakpoint
CREATE TABLE `invoice_line` (
	`id` integer PRIMARY KEY NOT NULL,
	`invoice_id` integer NOT NULL,
	`position` integer NOT NULL,
	`child_id` integer NOT NULL,
	`activity_id` integer NOT NULL,
	`label` text NOT NULL,
	`quantity` integer NOT NULL,
	`unit` text NOT NULL,
	`unit_cents` integer NOT NULL,
	`total_cents` integer NOT NULL,
	`fiscal` text NOT NULL,
	`explanation` text NOT NULL,
	`basis` text NOT NULL,
	`days` text NOT NULL,
	`reservation_ids` text NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`invoice_id`) REFERENCES `invoice`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`child_id`) REFERENCES `child`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`activity_id`) REFERENCES `activity`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "invoice_line_total" CHECK("invoice_line"."total_cents" = "invoice_line"."quantity" * "invoice_line"."unit_cents")
);
--> statement-breakpoint
CREATE INDEX `invoice_line_invoice` ON `invoice_line` (`invoice_id`);--> statement-breakpoint
CREATE TABLE `invoice_run` (
	`id` integer PRIMARY KEY NOT NULL,
	`label` text NOT NULL,
	`from_day` text NOT NULL,
	`to_day` text NOT NULL,
	`activity_ids` text,
	`family_ids` text,
	`created_at` text NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `online_check` (
	`id` integer PRIMARY KEY NOT NULL,
	`attempt_id` text NOT NULL,
	`body` text NOT NULL,
	`state` text NOT NULL,
	`reason` text DEFAULT '' NOT NULL,
	`decided_at` text,
	`payment_id` integer,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`payment_id`) REFERENCES `payment`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `online_check_attemptId_unique` ON `online_check` (`attempt_id`);--> statement-breakpoint
CREATE INDEX `online_check_waiting` ON `online_check` (`state`) WHERE "online_check"."state" = 'waiting';--> statement-breakpoint
CREATE TABLE `opening_balance` (
	`id` integer PRIMARY KEY NOT NULL,
	`family_id` integer NOT NULL,
	`on_day` text NOT NULL,
	`amount_cents` integer NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`family_id`) REFERENCES `family`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `opening_balance_of` ON `opening_balance` (`family_id`,`on_day`);--> statement-breakpoint
CREATE TABLE `payment` (
	`id` integer PRIMARY KEY NOT NULL,
	`family_id` integer NOT NULL,
	`means` text NOT NULL,
	`amount_cents` integer NOT NULL,
	`received_on` text NOT NULL,
	`recorded_at` text NOT NULL,
	`payer` text DEFAULT '' NOT NULL,
	`reference` text DEFAULT '' NOT NULL,
	`receipt_year` integer NOT NULL,
	`receipt_number` integer NOT NULL,
	`cancelled_at` text,
	`cancel_reason` text,
	`attempt_id` text,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`family_id`) REFERENCES `family`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "payment_amount" CHECK("payment"."amount_cents" > 0),
	CONSTRAINT "payment_cancelled" CHECK(("payment"."cancelled_at" is null) = ("payment"."cancel_reason" is null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `payment_attemptId_unique` ON `payment` (`attempt_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `payment_receipt` ON `payment` (`receipt_year`,`receipt_number`);--> statement-breakpoint
CREATE INDEX `payment_family` ON `payment` (`family_id`);--> statement-breakpoint
CREATE INDEX `payment_day` ON `payment` (`received_on`);--> statement-breakpoint
CREATE INDEX `payment_cash` ON `payment` (`received_on`,`amount_cents`,`cancelled_at`) WHERE "payment"."means" = 'cash';--> statement-breakpoint
CREATE TABLE `tariff` (
	`id` integer PRIMARY KEY NOT NULL,
	`name` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `tariff_name_unique` ON `tariff` (`name`);--> statement-breakpoint
CREATE TABLE `tariff_version` (
	`id` integer PRIMARY KEY NOT NULL,
	`tariff_id` integer NOT NULL,
	`from_day` text NOT NULL,
	`definition` text NOT NULL,
	FOREIGN KEY (`tariff_id`) REFERENCES `tariff`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `tariff_version_from` ON `tariff_version` (`tariff_id`,`from_day`);--> statement-breakpoint
CREATE TABLE `till_closing` (
	`id` integer PRIMARY KEY NOT NULL,
	`on_day` text NOT NULL,
	`expected_cents` integer NOT NULL,
	`counted_cents` integer NOT NULL,
	`note` text DEFAULT '' NOT NULL,
	`closed_at` text NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "till_closing_counted" CHECK("till_closing"."counted_cents" >= 0)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `till_closing_onDay_unique` ON `till_closing` (`on_day`);--> statement-breakpoint
CREATE TABLE `asked_paper` (
	`id` integer PRIMARY KEY NOT NULL,
	`family_id` integer NOT NULL,
	`child_id` integer,
	`kind` text NOT NULL,
	`note` text NOT NULL,
	`due_on` text NOT NULL,
	`asked_at` text NOT NULL,
	`state` text NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`family_id`) REFERENCES `family`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`child_id`) REFERENCES `child`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `asked_paper_family` ON `asked_paper` (`family_id`);--> statement-breakpoint
CREATE INDEX `asked_paper_open` ON `asked_paper` (`due_on`) WHERE "asked_paper"."state" = 'open';--> statement-breakpoint
CREATE TABLE `received_paper` (
	`id` integer PRIMARY KEY NOT NULL,
	`key` text NOT NULL,
	`family_id` integer NOT NULL,
	`child_id` integer,
	`asked_id` integer,
	`sender` text NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`type` text NOT NULL,
	`pages` integer NOT NULL,
	`size` integer NOT NULL,
	`hash` text NOT NULL,
	`quotient` real,
	`income_cents` integer,
	`recorded_at` text NOT NULL,
	`content` text NOT NULL,
	`state` text NOT NULL,
	`reason` text DEFAULT '' NOT NULL,
	`decided_at` text,
	`in_backup` integer DEFAULT false NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`family_id`) REFERENCES `family`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`child_id`) REFERENCES `child`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`asked_id`) REFERENCES `asked_paper`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "received_paper_decided" CHECK(("received_paper"."state" = 'waiting') = ("received_paper"."decided_at" is null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `received_paper_key_unique` ON `received_paper` (`key`);--> statement-breakpoint
CREATE INDEX `received_paper_family` ON `received_paper` (`family_id`);--> statement-breakpoint
CREATE INDEX `received_paper_waiting` ON `received_paper` (`recorded_at`) WHERE "received_paper"."state" = 'waiting';--> statement-breakpoint
CREATE INDEX `received_paper_awaited` ON `received_paper` (`id`) WHERE "received_paper"."content" = 'awaited';--> statement-breakpoint
CREATE TABLE `received_paper_part` (
	`paper_id` integer NOT NULL,
	`from` integer NOT NULL,
	`bytes` blob NOT NULL,
	PRIMARY KEY(`paper_id`, `from`),
	FOREIGN KEY (`paper_id`) REFERENCES `received_paper`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `erasure` (
	`id` integer PRIMARY KEY NOT NULL,
	`subject` text NOT NULL,
	`subject_id` integer NOT NULL,
	`made_at` text,
	`before` text,
	`guardian_ids` text NOT NULL,
	`child_ids` text NOT NULL,
	`begun_at` text NOT NULL,
	`done_at` text,
	`told_at` text,
	CONSTRAINT "erasure_subject" CHECK(("erasure"."subject" in ('family', 'child')) = ("erasure"."subject_id" > 0))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `erasure_of` ON `erasure` (`subject`,`subject_id`,`begun_at`);--> statement-breakpoint
CREATE TABLE `retention` (
	`id` integer PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`months` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `retention_kind_unique` ON `retention` (`kind`);--> statement-breakpoint
CREATE TABLE `act` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`kind` text NOT NULL,
	`label` text NOT NULL,
	`actor` text NOT NULL,
	`staff_id` integer,
	`actor_name` text NOT NULL,
	`started_at` text NOT NULL,
	`closed_at` text,
	`state` text NOT NULL,
	`call_key` text,
	CONSTRAINT "act_closed" CHECK(("act"."state" = 'open') = ("act"."closed_at" is null))
);
--> statement-breakpoint
CREATE INDEX `act_open` ON `act` (`state`);--> statement-breakpoint
CREATE INDEX `act_call` ON `act` (`call_key`) WHERE "act"."call_key" is not null;--> statement-breakpoint
CREATE TABLE `audit` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`act_id` integer NOT NULL,
	`entity` text NOT NULL,
	`entity_id` integer,
	`operation` text NOT NULL,
	`before` text,
	`after` text,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `audit_act` ON `audit` (`act_id`);--> statement-breakpoint
CREATE INDEX `audit_entity` ON `audit` (`entity`,`entity_id`);--> statement-breakpoint
CREATE TABLE `file_fact` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `picture` (
	`id` integer PRIMARY KEY NOT NULL,
	`media_type` text NOT NULL,
	`bytes` blob NOT NULL
);
--> statement-breakpoint
CREATE TABLE `post_session` (
	`id` text PRIMARY KEY NOT NULL,
	`staff_id` integer,
	`locked` integer NOT NULL,
	`begun_at` text NOT NULL,
	`seen_at` text NOT NULL,
	`kind` text NOT NULL,
	`address` text NOT NULL,
	`program` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `attendance` (
	`id` integer PRIMARY KEY NOT NULL,
	`reservation_id` integer NOT NULL,
	`mark` text NOT NULL,
	`reason` text DEFAULT '' NOT NULL,
	`left_at` text,
	`marked_at` text NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`reservation_id`) REFERENCES `reservation`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `attendance_reservation` ON `attendance` (`reservation_id`);--> statement-breakpoint
CREATE TABLE `registration` (
	`id` integer PRIMARY KEY NOT NULL,
	`child_id` integer NOT NULL,
	`family_id` integer NOT NULL,
	`period_id` integer NOT NULL,
	`state` text NOT NULL,
	`start_day` text NOT NULL,
	`end_day` text NOT NULL,
	`typical_week` text NOT NULL,
	`asked_at` text NOT NULL,
	`decided_at` text,
	`reason` text DEFAULT '' NOT NULL,
	`override_reason` text DEFAULT '' NOT NULL,
	`priority_reason` text DEFAULT '' NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`child_id`) REFERENCES `child`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`family_id`) REFERENCES `family`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`period_id`) REFERENCES `period`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "registration_dates" CHECK("registration"."start_day" <= "registration"."end_day")
);
--> statement-breakpoint
CREATE UNIQUE INDEX `registration_live` ON `registration` (`child_id`,`family_id`,`period_id`) WHERE "registration"."state" in ('asked', 'accepted');--> statement-breakpoint
CREATE INDEX `registration_period` ON `registration` (`period_id`,`state`);--> statement-breakpoint
CREATE INDEX `registration_family` ON `registration` (`family_id`);--> statement-breakpoint
CREATE INDEX `registration_child` ON `registration` (`child_id`);--> statement-breakpoint
CREATE TABLE `reservation` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`registration_id` integer NOT NULL,
	`period_id` integer NOT NULL,
	`day` text NOT NULL,
	`slot_id` integer NOT NULL,
	`held` text NOT NULL,
	`cancel_denied` integer DEFAULT false NOT NULL,
	`ask` text,
	`recorded_at` text,
	`collected` integer DEFAULT false NOT NULL,
	`taken_back` integer DEFAULT false NOT NULL,
	`waiting_since` text,
	`waiting_number` integer,
	`offered_until` text,
	`overbooked` integer DEFAULT false NOT NULL,
	`surcharge_cents` integer DEFAULT 0 NOT NULL,
	`cancel_surcharge_cents` integer DEFAULT 0 NOT NULL,
	`charged_reason` text,
	`billed_by` integer,
	`billed_cancellation` integer DEFAULT false NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`registration_id`) REFERENCES `registration`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`slot_id`) REFERENCES `slot`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "reservation_waiting" CHECK(("reservation"."held" = 'waitlisted') = ("reservation"."waiting_since" is not null)),
	CONSTRAINT "reservation_offer" CHECK("reservation"."offered_until" is null or "reservation"."held" = 'waitlisted'),
	CONSTRAINT "reservation_ask" CHECK(("reservation"."ask" is null) = ("reservation"."recorded_at" is null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `reservation_key` ON `reservation` (`registration_id`,`day`,`slot_id`);--> statement-breakpoint
CREATE INDEX `reservation_place` ON `reservation` (`period_id`,`day`,`slot_id`,`held`);--> statement-breakpoint
CREATE INDEX `reservation_asked` ON `reservation` (`day`) WHERE "reservation"."ask" is not null;--> statement-breakpoint
CREATE INDEX `reservation_waitlisted` ON `reservation` (`day`) WHERE "reservation"."held" = 'waitlisted';--> statement-breakpoint
CREATE INDEX `reservation_released` ON `reservation` (`billed_by`) WHERE "reservation"."billed_by" is not null and "reservation"."held" = 'none' and "reservation"."charged_reason" is null and not "reservation"."billed_cancellation";--> statement-breakpoint
CREATE INDEX `reservation_come_back` ON `reservation` (`billed_by`) WHERE "reservation"."billed_cancellation" and ("reservation"."held" = 'confirmed' or "reservation"."charged_reason" is not null or "reservation"."cancel_surcharge_cents" = 0);--> statement-breakpoint
CREATE INDEX `reservation_offered` ON `reservation` (`offered_until`) WHERE "reservation"."offered_until" is not null;--> statement-breakpoint
CREATE TABLE `reservation_move` (
	`id` integer PRIMARY KEY NOT NULL,
	`reservation_id` integer NOT NULL,
	`act_id` integer NOT NULL,
	`move` text NOT NULL,
	`mover` text NOT NULL,
	`answer` text,
	`reason` text DEFAULT '' NOT NULL,
	`before` text,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `reservation_move_cell` ON `reservation_move` (`reservation_id`);--> statement-breakpoint
CREATE TABLE `facility` (
	`id` integer PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`address` text DEFAULT '' NOT NULL,
	`contact` text DEFAULT '' NOT NULL,
	`phone` text DEFAULT '' NOT NULL,
	`archived` integer DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE TABLE `organisation` (
	`id` integer PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`authority` text NOT NULL,
	`address` text NOT NULL,
	`postcode` text NOT NULL,
	`town` text NOT NULL,
	`phone` text DEFAULT '' NOT NULL,
	`email` text DEFAULT '' NOT NULL,
	`siret` text DEFAULT '' NOT NULL,
	`regie` text DEFAULT '' NOT NULL,
	`cashier` text DEFAULT '' NOT NULL,
	`complaints` text DEFAULT '' NOT NULL,
	`ways_to_pay` text DEFAULT '' NOT NULL,
	`payfip_number` text DEFAULT '' NOT NULL,
	`resident_town` text NOT NULL,
	`school_zone` text NOT NULL,
	`due_days` integer DEFAULT 30 NOT NULL,
	`till_float_cents` integer DEFAULT 0 NOT NULL,
	`answer_working_days` integer DEFAULT 2 NOT NULL,
	`lock_after_minutes` integer DEFAULT 10 NOT NULL,
	`waiting_priorities` text,
	`logo_id` integer,
	FOREIGN KEY (`logo_id`) REFERENCES `picture`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "organisation_single" CHECK("organisation"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE `school` (
	`id` integer PRIMARY KEY NOT NULL,
	`name` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `school_name_unique` ON `school` (`name`);--> statement-breakpoint
CREATE TABLE `school_holiday` (
	`id` integer PRIMARY KEY NOT NULL,
	`zone` text NOT NULL,
	`name` text NOT NULL,
	`from_day` text NOT NULL,
	`to_day` text NOT NULL,
	`certain` integer NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "school_holiday_dates" CHECK("school_holiday"."from_day" <= "school_holiday"."to_day")
);
--> statement-breakpoint
CREATE UNIQUE INDEX `school_holiday_from` ON `school_holiday` (`zone`,`from_day`);--> statement-breakpoint
CREATE TABLE `staff_member` (
	`id` integer PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`login` text NOT NULL,
	`password_hash` text NOT NULL,
	`roles` text NOT NULL,
	`active` integer DEFAULT true NOT NULL,
	`created_at` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `staff_login` ON `staff_member` (lower("login"));