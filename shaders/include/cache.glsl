// How the rows of the cache lie in it, in words of 16 bytes; a row is one head's key or value at one position.
//
// The 32 rows of a head and block (`cache_row`) are a tile. As float16 they follow one another. As Q8_0 each value is a
// signed byte, and behind the bytes of all rows come the scales, a float16 for each 32 values, row by row: so the words of
// a row are aligned, and what belongs together lies together.
//
// The shader declares HEAD_GROUPS, groups of four values in a head, and CACHE_IS_Q8, for which it is a multiple of 8.

const uint WORD_GROUPS = CACHE_IS_Q8 ? 4 : 2;  // groups of four values in a word
const uint ROW = HEAD_GROUPS / WORD_GROUPS;    // words of a row, without scales
const uint ROW_SCALES = (HEAD_GROUPS + 7) / 8; // of a row of Q8_0
const uint TILE_ROWS = BLOCK_POSITIONS * ROW;  // words of a tile, without scales
const uint TILE = TILE_ROWS + BLOCK_POSITIONS * ROW_SCALES / 8;

// The first word of a row; `row` as `cache_row` counts.
uint row_word(uint row) {
    return CACHE_IS_Q8 ? row / BLOCK_POSITIONS * TILE + row % BLOCK_POSITIONS * ROW : row * ROW;
}

// The place of a Q8_0 row's first scale, counted in float16 from the start of the cache.
uint row_scale(uint row) {
    return (row / BLOCK_POSITIONS * TILE + TILE_ROWS) * 8 + row % BLOCK_POSITIONS * ROW_SCALES;
}
