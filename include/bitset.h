/* bitset.h - a set of small numbers, such as traits (TraitId) or kinds of anomaly. A plain integer:
 * |, &, ~ and comparison with 0 work on it, in initialisers of static tables too. gcc's
 * -Wconversion finds where one is kept in a narrower type, which would lose its upper half. */
#ifndef CORDON_BITSET_H
#define CORDON_BITSET_H

#include <glib.h>

/* Twice the widest that C11 has; gcc and clang know it on all 64-bit machines. */
G_GNUC_EXTENSION typedef unsigned __int128 BitSet;

#define BITSET_SIZE 128

#define BIT(number) ((BitSet)1 << (number)) /* numbers from 0 */

#endif
