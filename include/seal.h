/* seal.h - reference codes and the X-Cordon field, made and checked with the site's secret.
 *
 * X-Cordon: changed; classes="cloud-storage, messaging"; ref=K7QF-3M2P-XW; v=1; seal=<hex>
 * The seal is HMAC-SHA256 over the other fields and the body (CR and line ends at its end ignored),
 * 32 hex digits; a field
 * whose seal is not ours for this body is a forgery and is removed (THREATS G-032). */
#ifndef CORDON_SEAL_H
#define CORDON_SEAL_H

#include <glib.h>

#include "letter.h"
#include "reply.h"

typedef struct seal Seal;

/* The secret in STATE/secret, made (32 random bytes, mode 0600) when `create`. Without one, a
 * fixed one that protects nothing: for the command on files only. */
Seal *seal_open(const char *state, gboolean create, GError **error);
void seal_free(Seal *seal);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Seal, seal_free)

/* The reference code of a letter: 10 digits of Crockford's base 32 as "K7QF-3M2P-XW", by HMAC over
 * sender, recipients and all bytes: the same letter tried again has the same code. New string. */
char *seal_ref(const Seal *seal, const Letter *letter);

/* The value of X-Cordon for a letter that leaves with this outcome and body. Of the classes only
 * what names are made of, at most 400 bytes. New string. */
char *seal_make(const Seal *seal, const char *outcome, const char *classes, const char *ref,
                const unsigned char *body, size_t len);

/* TRUE if value is one that seal_make gave for this body. */
gboolean seal_check(const Seal *seal, const char *value, const unsigned char *body, size_t len);

#endif
