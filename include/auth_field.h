/* auth_field.h - what one Authentication-Results field (RFC 8601) says, whoever wrote it. */
#ifndef CORDON_AUTH_FIELD_H
#define CORDON_AUTH_FIELD_H

#include <glib.h>

typedef enum auth_method { AUTH_SPF, AUTH_DKIM, AUTH_DMARC, AUTH_METHODS } AuthMethod;

/* In the order of auth_result_names. */
typedef enum auth_result {
  AUTH_NONE,
  AUTH_PASS,
  AUTH_FAIL, /* "hardfail" too */
  AUTH_SOFTFAIL,
  AUTH_NEUTRAL,
  AUTH_POLICY,
  AUTH_TEMPERROR,
  AUTH_PERMERROR,
  AUTH_OTHER, /* a word that RFC 8601 does not know, or what could not be read */
} AuthResult;

#define AUTH_BIT(result) (1u << (result))

extern const char *const auth_method_names[]; /* "spf", "dkim", "dmarc"; both end with NULL */
extern const char *const auth_result_names[]; /* "none" to "permerror" */

typedef struct auth_field {
  gboolean readable;              /* it follows RFC 8601 */
  char *id;                       /* who claims to have written it, lower case; "" if unreadable */
  char *text;                     /* of an unreadable one: all of it, lower case; else NULL */
  gboolean upper;                 /* no field stands above it that a sender is known to write */
  unsigned results[AUTH_METHODS]; /* bits of AuthResult; 0: nothing is said of it */
} AuthField;

/* Of several DKIM signatures one that is good is enough (RFC 6376 6.1); of another method all
 * results are there. An unreadable field has AUTH_OTHER for every method. Never fails; linear. */
AuthField *auth_field_parse(const unsigned char *value, size_t len);
void auth_field_free(AuthField *field);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AuthField, auth_field_free)

/* Can the field be taken for one by `id`? An unreadable one can if the id stands in it. */
gboolean auth_field_claims(const AuthField *field, const char *id);

#endif
