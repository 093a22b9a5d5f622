CREATE TABLE `custom_field` (
	`id` integer PRIMARY KEY NOT NULL,
	`subject` text NOT NULL,
	`label` text NOT NULL,
	`kind` text NOT NULL,
	`choices` text NOT NULL,
	`seen_by` text NOT NULL,
	`edited_by` text NOT NULL,
	`withdrawn_from` text,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `custom_value` (
	`id` integer PRIMARY KEY NOT NULL,
	`field_id` integer NOT NULL,
	`family_id` integer,
	`guardian_id` integer,
	`child_id` integer,
	`registration_id` integer,
	`value` text NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`field_id`) REFERENCES `custom_field`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`family_id`) REFERENCES `family`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`guardian_id`) REFERENCES `guardian`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`child_id`) REFERENCES `child`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`registration_id`) REFERENCES `registration`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "custom_value_owner" CHECK(("custom_value"."family_id" is not null) + ("custom_value"."guardian_id" is not null) + ("custom_value"."child_id" is not null) + ("custom_value"."registration_id" is not null) = 1),
	CONSTRAINT "custom_value_typed" CHECK("custom_value"."value" <> '')
);
--> statement-breakpoint
CREATE UNIQUE INDEX `custom_value_family` ON `custom_value` (`family_id`,`field_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `custom_value_guardian` ON `custom_value` (`guardian_id`,`field_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `custom_value_child` ON `custom_value` (`child_id`,`field_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `custom_value_registration` ON `custom_value` (`registration_id`,`field_id`);--> statement-breakpoint
CREATE INDEX `custom_value_field` ON `custom_value` (`field_id`);--> statement-breakpoint
CREATE TABLE `note` (
	`id` integer PRIMARY KEY NOT NULL,
	`family_id` integer,
	`child_id` integer,
	`text` text NOT NULL,
	`seen_by` text NOT NULL,
	`alert_until` text,
	`assignee_id` integer,
	`due_on` text,
	`done_on` text,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`family_id`) REFERENCES `family`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`child_id`) REFERENCES `child`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`assignee_id`) REFERENCES `staff_member`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "note_owner" CHECK("note"."family_id" is null or "note"."child_id" is null),
	CONSTRAINT "note_task" CHECK(("note"."assignee_id" is null) = ("note"."due_on" is null)),
	CONSTRAINT "note_done" CHECK("note"."done_on" is null or "note"."due_on" is not null),
	CONSTRAINT "note_alert" CHECK("note"."alert_until" is null or "note"."family_id" is not null or "note"."child_id" is not null),
	CONSTRAINT "note_written" CHECK("note"."text" <> '')
);
--> statement-breakpoint
CREATE INDEX `note_family` ON `note` (`family_id`);--> statement-breakpoint
CREATE INDEX `note_child` ON `note` (`child_id`);--> statement-breakpoint
CREATE INDEX `note_assignee` ON `note` (`assignee_id`);--> statement-breakpoint
CREATE TABLE `photo` (
	`id` integer PRIMARY KEY NOT NULL,
	`child_id` integer NOT NULL,
	`sealed` text NOT NULL,
	`consent_by` text NOT NULL,
	`consent_on` text NOT NULL,
	FOREIGN KEY (`child_id`) REFERENCES `child`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `photo_childId_unique` ON `photo` (`child_id`);--> statement-breakpoint
ALTER TABLE `organisation` ADD `photos` integer DEFAULT false NOT NULL;