/* What the simulator is compared with: peeling in C, straightforwardly.

   cc -O3 -o reference reference.c -lm;  ./reference SKILLS C R SEED    samples text by text, builds both sides, and peels
   cc -O3 -shared -fPIC -o reference.so reference.c -lm                 for `peel`, on the simulator's own arrays */

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Peel a graph that is in memory: the edges of skill s = 1, ..., n are start[s-1], ..., start[s] - 1, each with its text in `ends`; a
   text's word holds the number of its novel skills less one above, and the XOR of their numbers below. Returns how many were learned. */
int64_t peel(int64_t texts, const uint32_t *start, const uint32_t *ends, int64_t *words, uint8_t *novel) {
    uint32_t *stack = malloc(sizeof *stack * texts);
    int64_t top = 0, learned = 0;
    for (int64_t text = 0; text < texts; text++)
        if (words[text] >> 32 == 0) stack[top++] = (uint32_t)text;
    while (top) {
        uint32_t text = stack[--top];
        if (words[text] >> 32 != 0) continue;
        uint32_t skill = (uint32_t)words[text];
        if (!novel[skill]) continue;
        novel[skill] = 0;
        learned++;
        for (uint32_t edge = start[skill - 1]; edge < start[skill]; edge++) {
            uint32_t other = ends[edge];
            words[other] = (words[other] - ((int64_t)1 << 32)) ^ skill;
            if (words[other] >> 32 == 0) stack[top++] = other;
        }
    }
    free(stack);
    return learned;
}

static uint64_t state[4];

static uint64_t rotate(uint64_t x, int k) { return x << k | x >> (64 - k); }

/* xoshiro256++ (Blackman, Vigna) */
static uint64_t next(void) {
    uint64_t result = rotate(state[0] + state[3], 23) + state[0], t = state[1] << 17;
    state[2] ^= state[0]; state[3] ^= state[1]; state[1] ^= state[2]; state[0] ^= state[3];
    state[2] ^= t; state[3] = rotate(state[3], 45);
    return result;
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

int main(int count, char **given) {
    if (count != 5) return 2;
    uint32_t skills = (uint32_t)atol(given[1]);
    double mean = atof(given[2]), ratio = atof(given[3]);
    uint64_t seed = (uint64_t)atol(given[4]);
    for (int i = 0; i < 4; i++) {
        uint64_t z = seed += 0x9e3779b97f4a7c15u;
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
        z = (z ^ z >> 27) * 0x94d049bb133111ebu;
        state[i] = z ^ z >> 31;
    }
    double started = now();
    uint32_t texts = (uint32_t)(skills * ratio + 0.5);
    size_t room = (size_t)(texts * mean * 1.01) + 1000, edges = 0;
    double below[200], chance = exp(-mean), sum = 0;
    for (int k = 0; k < 200; k++) { sum += chance; below[k] = k == 199 ? 2 : sum; chance *= mean / (k + 1); }

    uint32_t *text_start = malloc(sizeof *text_start * (texts + 1)), *text_skills = malloc(sizeof *text_skills * room);
    for (uint32_t text = 0; text < texts; text++) {
        text_start[text] = (uint32_t)edges;
        double u = (double)(next() >> 11) * 0x1p-53;
        int degree = 0;
        while (u >= below[degree]) degree++;
        for (int i = 0; i < degree; i++) text_skills[edges++] = (uint32_t)((unsigned __int128)next() * skills >> 64);
    }
    text_start[texts] = (uint32_t)edges;
    double sampled = now();

    uint32_t *skill_start = calloc((size_t)skills + 2, sizeof *skill_start), *skill_texts = malloc(sizeof *skill_texts * edges);
    for (size_t edge = 0; edge < edges; edge++) skill_start[text_skills[edge] + 2]++;
    for (uint32_t skill = 0; skill < skills; skill++) skill_start[skill + 2] += skill_start[skill + 1];
    for (uint32_t text = 0; text < texts; text++)
        for (uint32_t edge = text_start[text]; edge < text_start[text + 1]; edge++) skill_texts[skill_start[text_skills[edge] + 1]++] = text;
    double built = now();

    uint32_t *left = malloc(sizeof *left * texts), *stack = malloc(sizeof *stack * texts);
    uint8_t *novel = malloc(skills);
    size_t top = 0, learned = 0;
    for (uint32_t skill = 0; skill < skills; skill++) novel[skill] = 1;
    for (uint32_t text = 0; text < texts; text++) {
        left[text] = text_start[text + 1] - text_start[text];
        if (left[text] == 1) stack[top++] = text;
    }
    while (top) {
        uint32_t text = stack[--top], skill = 0;
        if (left[text] != 1) continue;
        for (uint32_t edge = text_start[text]; edge < text_start[text + 1]; edge++)
            if (novel[text_skills[edge]]) { skill = text_skills[edge]; break; }
        novel[skill] = 0;
        learned++;
        for (uint32_t edge = skill_start[skill]; edge < skill_start[skill + 1]; edge++)
            if (--left[skill_texts[edge]] == 1) stack[top++] = skill_texts[edge];
    }
    double done = now();
    printf("{\"edges\": %zu, \"zeta\": %.9f, \"sampling\": %.3f, \"building\": %.3f, \"learning\": %.3f, \"seconds\": %.3f}\n", edges,
           1 - (double)learned / skills, sampled - started, built - sampled, done - built, done - started);
    return 0;
}
