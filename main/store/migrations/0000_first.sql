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
CREATE TABLE `health_record` (
	`id` integer PRIMARY KEY NOT NULL,
	`child_id` integer NOT NULL,
	`allergies` text DEFAULT '' NOT NULL,
	`diet` text DEFAULT '' NOT NULL,
	`pai` text DEFAULT '' NOT NULL,
	`doctor` text DEFAULT '' NOT NULL,
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
	`invoice_id` integer NOT NULL,
	`amount_cents` integer NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`payment_id`) REFERENCES `payment`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`credit_note_id`) REFERENCES `invoice`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`invoice_id`) REFERENCES `invoice`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "allocation_amount" CHECK("allocation"."amount_cents" > 0),
	CONSTRAINT "allocation_source" CHECK(("allocation"."payment_id" is null) <> ("allocation"."credit_note_id" is null))
);
--> statement-breakpoint
CREATE INDEX `allocation_invoice` ON `allocation` (`invoice_id`);--> statement-breakpoint
CREATE INDEX `allocation_payment` ON `allocation` (`payment_id`);--> statement-breakpoint
CREATE INDEX `allocation_credit_note` ON `allocation` (`credit_note_id`);--> statement-breakpoint
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
	`act_id` integer NOT NULL,
	FOREIGN KEY (`family_id`) REFERENCES `family`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "payment_amount" CHECK("payment"."amount_cents" > 0),
	CONSTRAINT "payment_cancelled" CHECK(("payment"."cancelled_at" is null) = ("payment"."cancel_reason" is null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `payment_receipt` ON `payment` (`receipt_year`,`receipt_number`);--> statement-breakpoint
CREATE INDEX `payment_family` ON `payment` (`family_id`);--> statement-breakpoint
CREATE INDEX `payment_day` ON `payment` (`received_on`);--> statement-breakpoint
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
	CONSTRAINT "act_closed" CHECK(("act"."state" = 'open') = ("act"."closed_at" is null))
);
--> statement-breakpoint
CREATE INDEX `act_open` ON `act` (`state`);--> statement-breakpoint
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
CREATE TABLE `attendance` (
	`id` integer PRIMARY KEY NOT NULL,
	`reservation_id` integer NOT NULL,
	`mark` text NOT NULL,
	`reason` text DEFAULT '' NOT NULL,
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
	`id` integer PRIMARY KEY NOT NULL,
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
	`overbooked` integer DEFAULT false NOT NULL,
	`surcharge_cents` integer DEFAULT 0 NOT NULL,
	`charged_reason` text,
	`billed_by` integer,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`registration_id`) REFERENCES `registration`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`slot_id`) REFERENCES `slot`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "reservation_waiting" CHECK(("reservation"."held" = 'waitlisted') = ("reservation"."waiting_since" is not null)),
	CONSTRAINT "reservation_ask" CHECK(("reservation"."ask" is null) = ("reservation"."recorded_at" is null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `reservation_key` ON `reservation` (`registration_id`,`day`,`slot_id`);--> statement-breakpoint
CREATE INDEX `reservation_place` ON `reservation` (`period_id`,`day`,`slot_id`,`held`);--> statement-breakpoint
CREATE INDEX `reservation_asked` ON `reservation` (`day`) WHERE "reservation"."ask" is not null;--> statement-breakpoint
CREATE INDEX `reservation_waitlisted` ON `reservation` (`day`) WHERE "reservation"."held" = 'waitlisted';--> statement-breakpoint
CREATE INDEX `reservation_released` ON `reservation` (`billed_by`) WHERE "reservation"."billed_by" is not null and "reservation"."held" = 'none' and "reservation"."charged_reason" is null;--> statement-breakpoint
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
	`answer_working_days` integer DEFAULT 2 NOT NULL,
	`lock_after_minutes` integer DEFAULT 10 NOT NULL,
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