ALTER TABLE `free_line` ADD `fee` text;--> statement-breakpoint
UPDATE `free_line` SET `fee` = 'reminder' WHERE `kind_id` IS NULL AND `child_id` IS NULL AND `quantity` = 1 AND `label` LIKE 'Frais de relance du %';--> statement-breakpoint
UPDATE `free_line` SET `fee` = 'returnedDebit' WHERE `kind_id` IS NULL AND `child_id` IS NULL AND `quantity` = 1 AND `label` LIKE 'Frais de prélèvement rejeté du %';
