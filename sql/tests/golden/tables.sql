CREATE OR REPLACE TEMPORARY VIEW t AS SELECT
 cast(a AS int) AS a, b, cast(c AS double) AS c, cast(d AS decimal(10,2)) AS d, cast(e AS date) AS e,
 cast(f AS timestamp) AS f, g, cast(h AS bigint) AS h, cast(i AS smallint) AS i,
 arr, s, m, cast(bin AS binary) AS bin
FROM VALUES
 (1, 'one', 1.5D, 10.25, '2024-01-31', '2024-01-31 10:20:30.123456', true, 10L, 1S, array(1, 2, 3), named_struct('x', 1, 'y', 'p'), map('k', 1), 'ab'),
 (2, 'two', -0.0D, -3.50, '2024-02-29', '2024-02-29 23:59:59', false, 20L, 2S, array(4, cast(NULL AS int)), named_struct('x', 2, 'y', 'q'), map('k', 2, 'l', 3), 'cd'),
 (3, 'three', double('NaN'), 0.01, '1999-12-31', '1970-01-01 00:00:00', NULL, -5L, -3S, cast(array() AS array<int>), named_struct('x', cast(NULL AS int), 'y', 'r'), cast(map() AS map<string,int>), ''),
 (4, NULL, 0.0D, NULL, NULL, NULL, true, NULL, NULL, NULL, NULL, NULL, NULL),
 (NULL, 'five', NULL, 99999999.99, '2024-01-31', '2024-01-31 10:20:30.123456', false, 9223372036854775807L, 32767S, array(1, 2, 3), named_struct('x', 1, 'y', cast(NULL AS string)), map('k', cast(NULL AS int)), 'ab'),
 (2, 'TWO', double('Infinity'), 5.00, '2023-03-01', '2023-03-01 00:00:00', true, 20L, 2S, array(7), named_struct('x', 7, 'y', 'q'), map('z', 26), 'zz')
 AS v(a, b, c, d, e, f, g, h, i, arr, s, m, bin);
CREATE OR REPLACE TEMPORARY VIEW u AS SELECT cast(a AS int) AS a, k, cast(v AS double) AS v, cast(w AS bigint) AS w
FROM VALUES (1, 'x', 1.0D, 100L), (2, 'y', 2.5D, 200L), (2, 'z', NULL, NULL), (5, NULL, -1.0D, 500L), (NULL, 'n', 0.5D, 600L) AS v(a, k, v, w);
CREATE OR REPLACE TEMPORARY VIEW n AS SELECT cast(id AS bigint) AS id, cast(parent AS bigint) AS parent, name, items
FROM VALUES
 (1L, NULL, 'root', array(named_struct('x', 1, 'y', 'a'), named_struct('x', 2, 'y', 'b'))),
 (2L, 1L, 'left', array(named_struct('x', 3, 'y', 'c'))),
 (3L, 1L, 'right', cast(array() AS array<struct<x:int,y:string>>)),
 (4L, 2L, 'leaf', NULL) AS v(id, parent, name, items);
