// Keys and values lie in blocks of 32 positions; a table says in which block a text's positions are.
const uint BLOCK_POSITIONS = 32;

layout(binding = BLOCKS_BINDING) readonly buffer BlockTable { uint block_table[]; };

// The place of a position of a key and value head in the cache, in heads.
uint cache_row(uint slot, uint blocks_per_slot, uint kv_heads, uint kv_head, uint position) {
    const uint block = block_table[slot * blocks_per_slot + position / BLOCK_POSITIONS];
    return (block * kv_heads + kv_head) * BLOCK_POSITIONS + position % BLOCK_POSITIONS;
}
