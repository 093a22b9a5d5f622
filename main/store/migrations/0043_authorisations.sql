CREATE TABLE `consent_answer` (
	`id` integer PRIMARY KEY NOT NULL,
	`consent_text_id` integer NOT NULL,
	`child_id` integer NOT NULL,
	`guardian_id` integer NOT NULL,
	`answer` text NOT NULL,
	`answered_on` text NOT NULL,
	`entry_id` text,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`consent_text_id`) REFERENCES `consent_text`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`child_id`) REFERENCES `child`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`guardian_id`) REFERENCES `guardian`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `consent_answer_child` ON `consent_answer` (`child_id`);--> statement-breakpoint
CREATE INDEX `consent_answer_guardian` ON `consent_answer` (`guardian_id`);--> statement-breakpoint
CREATE INDEX `consent_answer_text` ON `consent_answer` (`consent_text_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `consent_answer_entry` ON `consent_answer` (`entry_id`) WHERE "consent_answer"."entry_id" is not null;--> statement-breakpoint
CREATE TABLE `consent_question` (
	`id` integer PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`title` text NOT NULL,
	`asks_all` integer NOT NULL,
	`least_age` integer,
	`archived` integer DEFAULT false NOT NULL,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "consent_question_age" CHECK("consent_question"."least_age" is null or "consent_question"."least_age" between 1 and 17)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `consent_question_kind` ON `consent_question` (`kind`) WHERE "consent_question"."kind" <> 'other';--> statement-breakpoint
CREATE TABLE `consent_text` (
	`id` integer PRIMARY KEY NOT NULL,
	`question_id` integer NOT NULL,
	`version` integer NOT NULL,
	`text` text NOT NULL,
	`from_day` text NOT NULL,
	`former_until` text,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`question_id`) REFERENCES `consent_question`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "consent_text_former" CHECK("consent_text"."former_until" is null or "consent_text"."former_until" >= "consent_text"."from_day")
);
--> statement-breakpoint
CREATE UNIQUE INDEX `consent_text_version` ON `consent_text` (`question_id`,`version`);