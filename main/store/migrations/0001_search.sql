CREATE VIRTUAL TABLE `search` USING fts5(words, content='', contentless_delete=1, prefix='2 3', tokenize='unicode61 remove_diacritics 2');
--> statement-breakpoint
CREATE VIRTUAL TABLE `search_word` USING fts5vocab('search', 'row');
--> statement-breakpoint
CREATE TABLE `search_phone` (`owner` integer NOT NULL, `digits` text NOT NULL);
--> statement-breakpoint
CREATE INDEX `search_phone_digits` ON `search_phone` (`digits`, `owner`);
--> statement-breakpoint
CREATE INDEX `search_phone_owner` ON `search_phone` (`owner`);
