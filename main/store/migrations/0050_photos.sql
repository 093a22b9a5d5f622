-- No version wrote a photo, so the table is made anew: of adults who fetch children too, its content apart.
DROP TABLE `photo`;--> statement-breakpoint
CREATE TABLE `photo` (
	`id` integer PRIMARY KEY NOT NULL,
	`child_id` integer,
	`guardian_id` integer,
	`pickup_contact_id` integer,
	`taken_at` text NOT NULL,
	`agreed_on` text,
	`act_id` integer NOT NULL,
	FOREIGN KEY (`child_id`) REFERENCES `child`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`guardian_id`) REFERENCES `guardian`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`pickup_contact_id`) REFERENCES `pickup_contact`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`act_id`) REFERENCES `act`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "photo_owner" CHECK(("photo"."child_id" is not null) + ("photo"."guardian_id" is not null) + ("photo"."pickup_contact_id" is not null) = 1),
	CONSTRAINT "photo_agreed" CHECK(("photo"."child_id" is null) = ("photo"."agreed_on" is not null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `photo_childId_unique` ON `photo` (`child_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `photo_guardianId_unique` ON `photo` (`guardian_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `photo_pickupContactId_unique` ON `photo` (`pickup_contact_id`);--> statement-breakpoint
CREATE TABLE `photo_content` (
	`id` integer PRIMARY KEY NOT NULL,
	`sealed` text NOT NULL,
	FOREIGN KEY (`id`) REFERENCES `photo`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
ALTER TABLE `pickup_contact` ADD `decision_paper_id` integer REFERENCES received_paper(id);--> statement-breakpoint
CREATE INDEX `pickup_contact_paper` ON `pickup_contact` (`decision_paper_id`);
