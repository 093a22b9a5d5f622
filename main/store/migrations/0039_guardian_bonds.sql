CREATE TABLE `guardian_bond` (
	`id` integer PRIMARY KEY NOT NULL,
	`guardian_id` integer NOT NULL,
	`child_id` integer NOT NULL,
	`bond` text NOT NULL,
	`parental_authority` text NOT NULL,
	`decided_by` text DEFAULT '' NOT NULL,
	`decided_on` text,
	`referent` text DEFAULT '' NOT NULL,
	`sees` integer,
	`asks` integer,
	`fetches` integer,
	`told` integer,
	`override_reason` text DEFAULT '' NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`guardian_id`) REFERENCES `guardian`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`child_id`) REFERENCES `child`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "guardian_bond_decision" CHECK(("guardian_bond"."parental_authority" = 'decision') = ("guardian_bond"."decided_on" is not null)),
	CONSTRAINT "guardian_bond_reason" CHECK((coalesce("guardian_bond"."sees", "guardian_bond"."asks", "guardian_bond"."fetches", "guardian_bond"."told") is null) = ("guardian_bond"."override_reason" = ''))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `guardian_bond_key` ON `guardian_bond` (`guardian_id`,`child_id`);--> statement-breakpoint
CREATE INDEX `guardian_bond_child` ON `guardian_bond` (`child_id`);--> statement-breakpoint
PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_family_guardian` (
	`id` integer PRIMARY KEY NOT NULL,
	`family_id` integer NOT NULL,
	`guardian_id` integer NOT NULL,
	`rank` integer NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`family_id`) REFERENCES `family`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`guardian_id`) REFERENCES `guardian`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "family_guardian_first" CHECK("__new_family_guardian"."rank" >= 1)
);
--> statement-breakpoint
INSERT INTO `__new_family_guardian`("id", "family_id", "guardian_id", "rank", "act_id") SELECT "id", "family_id", "guardian_id", "rank", "act_id" FROM `family_guardian`;--> statement-breakpoint
DROP TABLE `family_guardian`;--> statement-breakpoint
ALTER TABLE `__new_family_guardian` RENAME TO `family_guardian`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE UNIQUE INDEX `family_guardian_rank` ON `family_guardian` (`family_id`,`rank`);--> statement-breakpoint
CREATE UNIQUE INDEX `family_guardian_key` ON `family_guardian` (`family_id`,`guardian_id`);--> statement-breakpoint
CREATE INDEX `family_guardian_guardian` ON `family_guardian` (`guardian_id`);--> statement-breakpoint
CREATE TABLE `__new_pickup_contact` (
	`id` integer PRIMARY KEY NOT NULL,
	`child_id` integer NOT NULL,
	`name` text NOT NULL,
	`relation` text DEFAULT '' NOT NULL,
	`phone` text DEFAULT '' NOT NULL,
	`allowed` integer NOT NULL,
	`decided_by` text DEFAULT '' NOT NULL,
	`decided_on` text,
	`decided_until` text,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`child_id`) REFERENCES `child`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "pickup_contact_decision" CHECK(("__new_pickup_contact"."decided_by" = '') = ("__new_pickup_contact"."decided_on" is null))
);
--> statement-breakpoint
INSERT INTO `__new_pickup_contact`("id", "child_id", "name", "relation", "phone", "allowed", "decided_by", "decided_on", "decided_until", "act_id") SELECT "id", "child_id", "name", "relation", "phone", "allowed", '', null, null, "act_id" FROM `pickup_contact`;--> statement-breakpoint
DROP TABLE `pickup_contact`;--> statement-breakpoint
ALTER TABLE `__new_pickup_contact` RENAME TO `pickup_contact`;--> statement-breakpoint
CREATE INDEX `pickup_contact_child` ON `pickup_contact` (`child_id`);