/* keys.h - whose signature approves exceptions, in which post, and from when until when:
 * rules/keys.conf. */
#ifndef CORDON_POLICY_KEYS_H
#define CORDON_POLICY_KEYS_H

#include "people.h"
#include "signature.h"

typedef struct key {
  char *title; /* "wong 2026" */
  char *name;  /* of the person */
  char *post;
  guchar public[PUBLIC_KEY_SIZE];
  Term term;
} Key;

typedef struct keys Keys;

/* Reads DIR/keys.conf, which need not be there. Never NULL. */
Keys *keys_read(const char *dir, GChecksum *checksum, Problems *problems);
void keys_free(Keys *keys);

/* The one with that public key, or NULL. */
const Key *keys_find(const Keys *keys, const guchar public[PUBLIC_KEY_SIZE]);

#endif
