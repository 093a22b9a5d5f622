CREATE TABLE `paper_fact` (
	`id` integer PRIMARY KEY NOT NULL,
	`required_id` integer NOT NULL,
	`family_id` integer,
	`child_id` integer,
	`seen_on` text NOT NULL,
	`seen_by` text NOT NULL,
	`valid_until` text NOT NULL,
	`paper_id` integer,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`required_id`) REFERENCES `required_paper`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`family_id`) REFERENCES `family`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`child_id`) REFERENCES `child`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`paper_id`) REFERENCES `received_paper`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "paper_fact_of" CHECK(("paper_fact"."family_id" is null) <> ("paper_fact"."child_id" is null)),
	CONSTRAINT "paper_fact_days" CHECK("paper_fact"."seen_on" <= "paper_fact"."valid_until")
);
--> statement-breakpoint
CREATE INDEX `paper_fact_family` ON `paper_fact` (`family_id`,`required_id`);--> statement-breakpoint
CREATE INDEX `paper_fact_child` ON `paper_fact` (`child_id`,`required_id`);--> statement-breakpoint
CREATE INDEX `paper_fact_paper` ON `paper_fact` (`paper_id`);--> statement-breakpoint
CREATE TABLE `required_paper` (
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
	CONSTRAINT "required_paper_months" CHECK((coalesce("required_paper"."validity", '') = 'months') = ("required_paper"."months" is not null)),
	CONSTRAINT "required_paper_validity" CHECK(("required_paper"."kind" = 'benefits') = ("required_paper"."validity" is null))
);
--> statement-breakpoint
CREATE INDEX `required_paper_activity` ON `required_paper` (`activity_id`);--> statement-breakpoint
ALTER TABLE `period` ADD `dossier` text DEFAULT 'none' NOT NULL;--> statement-breakpoint
ALTER TABLE `received_paper` ADD `required_id` integer REFERENCES required_paper(id);