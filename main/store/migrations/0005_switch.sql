DROP INDEX `reservation_released`;--> statement-breakpoint
DROP INDEX `reservation_come_back`;--> statement-breakpoint
-- No month counts as checked: the first run prices every billed month once, and writes down what its papers were priced
-- with. So it also proposes what earlier versions forgot to bill, which no fact of the month gives away.
-- Months before the first that was billed are not billed with this program. Whole months: the first invoice may have
-- billed one activity only, from the middle of its month on.
UPDATE `organisation` SET `bills_from` = (
  SELECT substr(min(`billed`.`value`), 1, 7) || '-01' FROM `invoice`
  JOIN `invoice_line` ON `invoice_line`.`invoice_id` = `invoice`.`id`, json_each(`invoice_line`.`days`) AS `billed`
  WHERE `invoice`.`state` = 'issued' AND `invoice`.`kind` = 'invoice'
)
WHERE `bills_from` IS NULL;
--> statement-breakpoint
-- Drafts of earlier versions cannot be issued any more. They stay until their run is calculated again, or until another
-- run bills their months.
UPDATE `invoice` SET `verdict` = 'stale', `set_aside` = 1,
  `journal` = json_array(json_object('level', 'stale',
    'sentence', 'Le calcul des factures a changé avec cette version' || char(160) || ': recalculez.'))
WHERE `state` = 'draft';
