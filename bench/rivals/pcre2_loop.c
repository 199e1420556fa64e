/* The rival: a plain C loop, PCRE2 with its JIT for each rule over each event, and an open-addressing hash table.
 *
 * Usage: pcre2_loop EVENTS VALUES (FLAGS REGEX)...
 *   EVENTS  one event a line
 *   VALUES  one indicator a line, as the Python rival keeps them
 *   FLAGS   "i" letters in either case, "f" the first value only, "u" a URL: lower case, and no slash at its end
 *
 * It answers each line on its standard input with one line: "seconds values known digest". `values` is how many values
 * the rules took, `digest` sums up which: the place of each in its event, and its rule. Like the Python rival it does
 * less than Vedette: no networks, no parent domains, no masks, no normal form of URLs. */

#define PCRE2_CODE_UNIT_WIDTH 8
#define _GNU_SOURCE
#include <pcre2.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MOST_RULES 64
#define LONGEST_VALUE 65536
#define PRIME 0x9E3779B97F4A7C15ull

typedef struct {
    pcre2_code *code;
    int first_only, is_url;
} Rule;

typedef struct {
    uint64_t hash;
    const char *value;
    size_t length;
} Slot;

typedef struct {
    Slot *slots;
    uint64_t mask;
} Table;

static void fail(const char *what, const char *about) {
    fprintf(stderr, "pcre2_loop: %s: %s\n", what, about);
    exit(1);
}

static char *read_file(const char *path, size_t *length) {
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END)) fail("cannot read", path);
    *length = (size_t)ftell(file);
    rewind(file);
    char *text = malloc(*length + 1);
    if (!text || fread(text, 1, *length, file) != *length) fail("cannot read", path);
    fclose(file);
    return text;
}

/* Eight bytes at a time, multiplied and folded. */
static uint64_t hash_of(const char *value, size_t length) {
    uint64_t hash = length * PRIME, word;
    for (; length >= 8; value += 8, length -= 8) {
        memcpy(&word, value, 8);
        hash = (hash ^ word) * PRIME;
        hash ^= hash >> 32;
    }
    word = 0;
    memcpy(&word, value, length);
    hash = (hash ^ word) * PRIME;
    return hash ^ hash >> 29;
}

static int knows(const Table *table, const char *value, size_t length) {
    uint64_t hash = hash_of(value, length);
    for (uint64_t place = hash & table->mask; table->slots[place].value; place = (place + 1) & table->mask) {
        const Slot *slot = &table->slots[place];
        if (slot->hash == hash && slot->length == length && !memcmp(slot->value, value, length)) return 1;
    }
    return 0;
}

static Table table_of(const char *values, size_t length) {
    size_t lines = 0, size = 1;
    for (size_t at = 0; at < length; at++) lines += values[at] == '\n';
    while (size < 2 * lines + 2) size *= 2;
    Table table = {calloc(size, sizeof(Slot)), size - 1};
    if (!table.slots) fail("no memory for", "the table");
    for (const char *value = values, *end; value < values + length; value = end + 1) {
        end = memchr(value, '\n', (size_t)(values + length - value));
        if (!end) break;
        size_t bytes = (size_t)(end - value);
        uint64_t hash = hash_of(value, bytes), place = hash & table.mask;
        while (table.slots[place].value) place = (place + 1) & table.mask;
        table.slots[place] = (Slot){hash, value, bytes};
    }
    return table;
}

static Rule rule_of(const char *flags, const char *regex) {
    uint32_t options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | (strchr(flags, 'i') ? PCRE2_CASELESS : 0);
    int error;
    size_t offset;
    Rule rule = {0};
    rule.code = pcre2_compile((PCRE2_SPTR)regex, PCRE2_ZERO_TERMINATED, options, &error, &offset, NULL);
    if (!rule.code) fail("PCRE2 does not take", regex);
    if (pcre2_jit_compile(rule.code, PCRE2_JIT_COMPLETE)) fail("no JIT for", regex);
    rule.first_only = strchr(flags, 'f') != NULL;
    rule.is_url = strchr(flags, 'u') != NULL;
    return rule;
}

static int is_known(const Table *table, const Rule *rule, const char *value, size_t length) {
    static char lower[LONGEST_VALUE];
    if (length > LONGEST_VALUE) return 0;
    for (size_t at = 0; at < length; at++) {
        lower[at] = value[at] >= 'A' && value[at] <= 'Z' ? value[at] + 32 : value[at];
    }
    while (rule->is_url && length && lower[length - 1] == '/') length--;
    return knows(table, lower, length);
}

int main(int count, char **arguments) {
    if (count < 5 || count % 2 == 0 || count > 3 + 2 * MOST_RULES) fail("usage", "EVENTS VALUES (FLAGS REGEX)...");
    size_t events_length, values_length;
    char *events = read_file(arguments[1], &events_length), *values = read_file(arguments[2], &values_length);
    Table table = table_of(values, values_length);
    Rule rules[MOST_RULES];
    int rule_count = (count - 3) / 2;
    for (int number = 0; number < rule_count; number++) {
        rules[number] = rule_of(arguments[3 + 2 * number], arguments[4 + 2 * number]);
    }
    pcre2_match_data *data = pcre2_match_data_create(MOST_RULES, NULL);
    pcre2_match_context *context = pcre2_match_context_create(NULL);
    pcre2_jit_stack *stack = pcre2_jit_stack_create(32 * 1024, 1024 * 1024, NULL);
    pcre2_set_match_limit(context, 100000);
    pcre2_jit_stack_assign(context, NULL, stack);
    size_t *places = pcre2_get_ovector_pointer(data);

    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, stdin) > 0) {
        struct timespec begun, ended;
        uint64_t taken = 0, known = 0, digest = 0, number = 0;
        clock_gettime(CLOCK_MONOTONIC, &begun);
        for (const char *event = events, *end; event < events + events_length; event = end + 1, number++) {
            end = memchr(event, '\n', (size_t)(events + events_length - event));
            if (!end) end = events + events_length;
            size_t length = (size_t)(end - event);
            for (int which = 0; which < rule_count; which++) {
                const Rule *rule = &rules[which];
                for (size_t from = 0; from <= length;) {
                    int answer = pcre2_match(rule->code, (PCRE2_SPTR)event, length, from, 0, data, context);
                    if (answer < 2) break;
                    taken++;
                    digest += (number * MOST_RULES + (uint64_t)which + 1) * PRIME ^ (places[2] << 32 | places[3]);
                    known += (uint64_t)is_known(&table, rule, event + places[2], places[3] - places[2]);
                    if (rule->first_only) break;
                    from = places[1] > from ? places[1] : from + 1;
                }
            }
        }
        clock_gettime(CLOCK_MONOTONIC, &ended);
        double seconds = (double)(ended.tv_sec - begun.tv_sec) + (double)(ended.tv_nsec - begun.tv_nsec) / 1e9;
        printf("%.6f %llu %llu %llu\n", seconds, (unsigned long long)taken, (unsigned long long)known,
               (unsigned long long)digest);
        fflush(stdout);
    }
    return 0;
}
