/* cordon exceptions revoke: one, all that a person has, or all that those have who left. */
#include "desk.h"

#include "ctl.h"
#include "error.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

/* Who ends something, and why. */
typedef struct revocation {
  const Desk *desk;
  const char *by, *why;
} Revocation;

/* Those that a person has, or will have. Their number, or -1. */
static int
revoke_all(const Revocation *revocation, const char *user, GError **error)
{
  const Desk *desk = revocation->desk;
  int revoked = 0;

  for (guint i = 0; i < exceptions_count(desk->exceptions); i++) {
    const Exception *exception = exceptions_nth(desk->exceptions, i);
    const char *address = exception_address(exception);

    if (address == NULL || g_ascii_strcasecmp(address, user) != 0 ||
        exception_state(exception, desk->now) > EXCEPTION_HOLDS)
      continue;
    if (exceptions_revoke(desk->record, exception->name, revocation->by, revocation->why, error) !=
        0)
      return -1;
    printf("%s\n", exception->name);
    revoked++;
  }
  return revoked;
}

static int
revoke_user(const Revocation *revocation, const char *user, GError **error)
{
  int revoked = revoke_all(revocation, user, error);

  if (revoked == 0)
    fprintf(stderr, "cordon exceptions revoke: %s has none that holds or waits\n", user);
  return revoked < 0 ? -1 : 0;
}

/* An address a line, '#' before a comment: what the staff records say of those who left. Most have
 * none, and the same list may come again. */
static int
revoke_listed(const Revocation *revocation, const char *path, GError **error)
{
  gboolean is_input = strcmp(path, "-") == 0;
  FILE *list = is_input ? stdin : fopen(path, "re");
  g_autofree char *line = NULL;
  size_t room = 0;
  int result = 0;

  if (list == NULL) {
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_DATA, "%s: %s", path, g_strerror(errno));
    return -1;
  }
  while (result >= 0 && getline(&line, &room, list) >= 0) {
    line[strcspn(line, "#\r\n")] = '\0';
    if (*g_strstrip(line) != '\0')
      result = revoke_all(revocation, line, error);
  }
  if (!is_input)
    fclose(list);
  return result < 0 ? -1 : 0;
}

int
exceptions_run_revoke(int argc, char **argv)
{
  Desk desk = {0};
  g_autofree char *by = NULL, *why = NULL, *user = NULL, *list = NULL;
  g_autoptr(GError) error = NULL;
  const GOptionEntry more[] = {
      {"by", 0, 0, G_OPTION_ARG_STRING, &by, "Name of the person who revokes it", "NAME"},
      {"reason", 0, 0, G_OPTION_ARG_STRING, &why, "Why", "TEXT"},
      {"user", 0, 0, G_OPTION_ARG_STRING, &user, "All that this mailbox has, in place of NAME",
       "ADDRESS"},
      {"users-from", 0, 0, G_OPTION_ARG_FILENAME, &list,
       "All that those have who are listed there, an address a line (-: standard input)", "FILE"},
      G_OPTION_ENTRY_NULL};
  int status;

  if (desk_open(&desk, &argc, &argv, more, "[NAME]",
                "Ends an exception: it no longer holds from the next message on.", &status) == 0) {
    const Revocation revocation = {&desk, by, why};
    int given = (argc == 2) + (user != NULL) + (list != NULL), result = -1;

    status = EX_OK;
    if (given != 1 || argc > 2)
      status = desk_fault("revoke", "name one exception, --user or --users-from; cordon exceptions "
                                    "list has them");
    else if (user != NULL)
      result = revoke_user(&revocation, user, &error);
    else if (list != NULL)
      result = revoke_listed(&revocation, list, &error);
    else
      result = exceptions_revoke(desk.record, argv[1], by, why, &error);
    if (status == EX_OK && result != 0)
      status = desk_refuse("revoke", error);
  }
  desk_close(&desk);
  return status;
}
