/* membership.h - who of a letter's people is in which of the groups that are looked up
 * (groups.conf). Only the front can look up, so the letter brings the answers with it. */
#ifndef CORDON_MEMBERSHIP_H
#define CORDON_MEMBERSHIP_H

#include <glib.h>

typedef struct memberships Memberships;

typedef enum membership_answer {
  MEMBERSHIP_UNKNOWN, /* nobody asked, or there was no answer */
  MEMBERSHIP_NO,
  MEMBERSHIP_YES,
} MembershipAnswer;

Memberships *memberships_new(void);
void memberships_free(Memberships *memberships);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Memberships, memberships_free)

/* Addresses are compared in lower case. */
void memberships_set(Memberships *memberships, const char *group, const char *address,
                     gboolean is_in);

/* Of NULL: unknown. */
MembershipAnswer memberships_get(const Memberships *memberships, const char *group,
                                 const char *address);

guint memberships_count(const Memberships *memberships);

/* Each answer as a text for memberships_add_text; in no order. */
void memberships_each_text(const Memberships *memberships,
                           void (*each)(const char *text, void *data), void *data);
/* FALSE if it is none. */
gboolean memberships_add_text(Memberships *memberships, const char *text);

#endif
