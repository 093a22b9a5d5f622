ALTER TABLE `reservation` ADD `booking_notice` integer;--> statement-breakpoint
ALTER TABLE `reservation` ADD `cancel_notice` integer;