PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_required_paper` (
	`id` integer PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`scope` text NOT NULL,
	`activity_id` integer,
	`validity` text,
	`months` integer,
	`withdrawn_on` text,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`activity_id`) REFERENCES `activity`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "required_paper_months" CHECK((coalesce("__new_required_paper"."validity", '') = 'months') = ("__new_required_paper"."months" is not null)),
	CONSTRAINT "required_paper_validity" CHECK(("__new_required_paper"."kind" in ('benefits', 'consents', 'exemption')) = ("__new_required_paper"."validity" is null))
);
--> statement-breakpoint
INSERT INTO `__new_required_paper`("id", "kind", "name", "scope", "activity_id", "validity", "months", "withdrawn_on", "act_id") SELECT "id", "kind", "name", "scope", "activity_id", "validity", "months", "withdrawn_on", "act_id" FROM `required_paper`;--> statement-breakpoint
DROP TABLE `required_paper`;--> statement-breakpoint
ALTER TABLE `__new_required_paper` RENAME TO `required_paper`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE INDEX `required_paper_activity` ON `required_paper` (`activity_id`);