#include "fair.h"

#include "error.h"

#include <arpa/inet.h>
#include <string.h>

typedef struct party {
  char *name;
  unsigned letters, busy;
} Party;

struct fair {
  unsigned most, share;
  GHashTable *parties; /* name ─▶ Party, which owns it */
};

struct fair_ticket {
  Party *client, *sender; /* NULL where not counted */
  gboolean begun;
};

static void
party_free(gpointer data)
{
  Party *party = data;

  g_free(party->name);
  g_free(party);
}

Fair *
fair_new(unsigned places, unsigned share)
{
  Fair *fair = g_new0(Fair, 1);

  fair->share = share;
  fair->most = (unsigned)MAX((guint64)places * share / 100, 1);
  fair->parties = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, party_free);
  return fair;
}

void
fair_free(Fair *fair)
{
  if (fair == NULL)
    return;
  g_hash_table_unref(fair->parties);
  g_free(fair);
}

/* One customer of a network has a /64 at least. */
static char *
client_name(const char *address)
{
  struct in6_addr bytes;
  char text[INET6_ADDRSTRLEN];

  if (inet_pton(AF_INET6, address, &bytes) != 1 || IN6_IS_ADDR_V4MAPPED(&bytes))
    return g_strconcat("client ", address, NULL);
  memset(bytes.s6_addr + 8, 0, 8);
  inet_ntop(AF_INET6, &bytes, text, sizeof text);
  return g_strconcat("client ", text, "/64", NULL);
}

static char *
sender_name(const char *address)
{
  g_autofree char *lower = g_ascii_strdown(address, -1);

  return g_strdup_printf("sender <%s>", lower);
}

static gboolean
may_enter(const Fair *fair, const char *name, GError **error)
{
  const Party *party = g_hash_table_lookup(fair->parties, name);

  if (party == NULL || party->letters < fair->most)
    return TRUE;
  g_set_error(error, CORDON_ERROR, CORDON_ERROR_TEMP, "%s has its share of %u messages in hand",
              name, fair->most);
  return FALSE;
}

static Party *
join(Fair *fair, const char *name)
{
  Party *party = g_hash_table_lookup(fair->parties, name);

  if (party == NULL) {
    party = g_new0(Party, 1);
    party->name = g_strdup(name);
    g_hash_table_insert(fair->parties, party->name, party);
  }
  party->letters++;
  return party;
}

FairTicket *
fair_enter(Fair *fair, const Letter *letter, GError **error)
{
  g_autofree char *client = client_name(letter->client_addr);
  g_autofree char *sender = sender_name(letter->sender);
  gboolean by_client = fair->share > 0 && *letter->client_addr != '\0';
  gboolean by_sender = fair->share > 0 && *letter->sender != '\0';
  FairTicket *ticket;

  if ((by_client && !may_enter(fair, client, error)) ||
      (by_sender && !may_enter(fair, sender, error)))
    return NULL;
  ticket = g_new0(FairTicket, 1);
  ticket->client = by_client ? join(fair, client) : NULL;
  ticket->sender = by_sender ? join(fair, sender) : NULL;
  return ticket;
}

void
fair_begin(FairTicket *ticket)
{
  ticket->begun = TRUE;
  if (ticket->client != NULL)
    ticket->client->busy++;
  if (ticket->sender != NULL)
    ticket->sender->busy++;
}

static void
leave(Fair *fair, Party *party, gboolean begun)
{
  if (party == NULL)
    return;
  party->letters--;
  party->busy -= begun;
  if (party->letters == 0)
    g_hash_table_remove(fair->parties, party->name);
}

void
fair_leave(Fair *fair, FairTicket *ticket)
{
  leave(fair, ticket->client, ticket->begun);
  leave(fair, ticket->sender, ticket->begun);
  g_free(ticket);
}

unsigned
fair_busy(const FairTicket *ticket)
{
  return MAX(ticket->client != NULL ? ticket->client->busy : 0,
             ticket->sender != NULL ? ticket->sender->busy : 0);
}

gboolean
fair_is_flooded(const Fair *fair, unsigned workers)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init(&iter, fair->parties);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    const Party *party = value;

    if ((guint64)party->busy * 100 > (guint64)workers * fair->share)
      return TRUE;
  }
  return FALSE;
}
