/* sender.c - who sent a message, by its top header.
 *
 * Nothing in an Authentication-Results field proves who wrote it. What speaks for one is its place:
 * an MTA and its milters put theirs above all that came with the message. So the fields above the
 * first one that only a sender, or an earlier hop, can have written are told from those below. */
#include "senders.h"

#include "bounds.h"
#include "field_place.h"
#include "finding.h"

#include <string.h>

/* What milters and delivery put on top. A Received of this MTA is not shown to milters, so one
 * that is seen is of an earlier hop. */
static gboolean
is_put_on_top(const char *name)
{
  static const char *const names[] = {
      "authentication-results", "received-spf", "return-path", "dkim-filter",
      "dmarc-filter",           "delivered-to"};
  for (guint i = 0; i < G_N_ELEMENTS(names); i++)
    if (strcmp(names[i], name) == 0)
      return TRUE;
  return g_str_has_prefix(name, "x-") || g_str_has_prefix(name, "arc-");
}

static void
add_results(const Part *part, const Field *field, const unsigned char *value, gboolean upper,
            GPtrArray *findings)
{
  Finding *finding = finding_new(FINDING_RESULTS, part->index);
  finding->auth = auth_field_parse(value, field->value.len);
  finding->auth->upper = upper;
  finding->at = field->whole;
  finding->layer = part->layer;
  g_ptr_array_add(findings, finding);
}

/* What programs that send mail on by themselves leave: Exchange and its rules, Gmail, Sieve's
 * redirect and whoever else follows RFC 5322 3.6.6. */
static gboolean
tells_forwarding(const char *name, const char *value, size_t len)
{
  static const char *const names[] = {"x-ms-exchange-generated-message-source",
                                      "x-ms-exchange-forwardingloop",
                                      "x-ms-exchange-inbox-rules-loop",
                                      "x-ms-exchange-organization-autoforwarded",
                                      "x-forwarded-to",
                                      "x-forwarded-for",
                                      "resent-from",
                                      "resent-sender",
                                      "resent-to"};
  static const char word[] = "auto-forwarded"; /* beyond RFC 3834, but in use */
  for (guint i = 0; i < G_N_ELEMENTS(names); i++)
    if (strcmp(names[i], name) == 0)
      return TRUE;
  while (len > 0 && g_ascii_isspace(*value))
    value++, len--;
  return strcmp(name, "auto-submitted") == 0 && len >= strlen(word) &&
         g_ascii_strncasecmp(value, word, strlen(word)) == 0;
}

/* --- whom From and Reply-To name --- */

static void
mailbox_free(void *data)
{
  Mailbox *mailbox = data;
  g_free(mailbox->name);
  g_free(mailbox->address);
  g_free(mailbox);
}

/* Of "name <address> (comment)" what mail is sent to: without angles and a route. */
static char *
bare_address(const char *value, size_t len)
{
  g_autofree char *text = field_addresses(value, len);
  char *from = strrchr(text, '<');
  from = from ? from + 1 : text;
  const char *route = *from == '@' ? strchr(from, ':') : NULL;
  from = route ? (char *)route + 1 : from;
  from[strcspn(from, ">")] = '\0';
  return g_utf8_make_valid(from, -1);
}

static char *
shown_name(const char *value, size_t len)
{
  g_autoptr(GArray) texts = field_texts("from", (const unsigned char *)value, len);
  g_autoptr(GString) name = g_string_new(NULL);
  for (guint i = 0; i < texts->len; i++)
    g_string_append_printf(name, "%s%s", i > 0 ? " " : "", g_array_index(texts, FieldText, i).text);
  return g_strdup(g_strstrip(name->str));
}

static void
add_mailbox(GPtrArray *mailboxes, const char *value, size_t len, gboolean reply)
{
  g_autofree char *address = bare_address(value, len), *name = shown_name(value, len);
  if (!*address && !*name)
    return;
  Mailbox *mailbox = g_new0(Mailbox, 1);
  *mailbox = (Mailbox){g_steal_pointer(&name), g_steal_pointer(&address), reply};
  g_ptr_array_add(mailboxes, mailbox);
}

/* Addresses are parted by commas; a group (RFC 5322 3.4) has its name before a colon. */
static void
add_mailboxes(GPtrArray *mailboxes, const char *value, size_t len, gboolean reply)
{
  size_t from = 0;
  for (size_t i = 0; i < len && mailboxes->len < LIMIT_HOPS;) {
    char c = value[i];
    if (c == '<' || c == '(' || c == '"') {
      i = field_close(value, len, i);
      continue;
    }
    if (c == ',' || c == ';')
      add_mailbox(mailboxes, value + from, i - from, reply);
    i++;
    if (c == ',' || c == ';' || c == ':')
      from = i;
  }
  if (from < len && mailboxes->len < LIMIT_HOPS)
    add_mailbox(mailboxes, value + from, len - from, reply);
}

static Url *
mailbox_url(const Mailbox *mailbox)
{
  const char *at = strrchr(mailbox->address, '@');
  if (!at || !at[1])
    return NULL;
  g_autofree char *text = g_strconcat("mailto:x", at, NULL);
  return url_parse(text, strlen(text), FALSE);
}

/* The part of a name that looks like a domain behind an '@', in lower case; or NULL. */
static char *
shown_domain(const char *name)
{
  const char *at = strchr(name, '@');
  size_t n = 0;
  while (at && (g_ascii_isalnum(at[1 + n]) || at[1 + n] == '-' || at[1 + n] == '.'))
    n++;
  while (n > 0 && at[n] == '.')
    n--;
  if (n == 0 || !memchr(at + 1, '.', n))
    return NULL;
  g_autofree char *host = g_ascii_strdown(at + 1, (gssize)n);
  return url_domain(host);
}

static unsigned
mailbox_traits(const Mailbox *mailbox, const Url *url, const Url *from)
{
  g_autofree char *shown = shown_domain(mailbox->name);
  unsigned traits = 0;
  if (!url || !*url->host)
    return 0;
  if (shown && g_ascii_strcasecmp(shown, url->domain) != 0)
    traits |= SENDER_TRAIT(NAME_ADDRESS);
  if (mailbox->reply && from && strcmp(from->domain, url->domain) != 0)
    traits |= SENDER_TRAIT(REPLY_TO_DIFFERS);
  return traits;
}

/* "Chan, Tai Man <tm@a.example>" without quotes names one person: what has no domain counts for
 * nothing while another has. */
static void
add_sender(const Part *part, GPtrArray *mailboxes, gboolean forwarded, GPtrArray *findings)
{
  Finding *finding = finding_new(FINDING_SENDER, part->index);
  guint from = 0;
  finding->sender_traits = forwarded ? SENDER_TRAIT(AUTO_FORWARDED) : 0;
  finding->mailboxes = g_ptr_array_ref(mailboxes);
  finding->hops = g_ptr_array_new_with_free_func((GDestroyNotify)hop_free);
  for (guint i = 0; i < mailboxes->len; i++) {
    const Mailbox *mailbox = g_ptr_array_index(mailboxes, i);
    Url *url = mailbox_url(mailbox);
    from += url && *url->host && !mailbox->reply;
    finding->sender_traits |= mailbox_traits(mailbox, url, finding->url);
    if (url && !finding->url && !mailbox->reply)
      finding->url = url;
    else if (url)
      g_ptr_array_add(finding->hops, hop_new(url, -1, FALSE));
  }
  if (from == 0)
    finding->sender_traits |= SENDER_TRAIT(NO_DOMAIN);
  if (from > 1)
    finding->sender_traits |= SENDER_TRAIT(SEVERAL_FROM);
  g_ptr_array_add(findings, finding);
}

void
inspect_sender(const Tree *tree, GPtrArray *findings)
{
  const Layer *layer = tree_layer(tree, 0);
  const Part *part = layer->root;
  const char *bytes = g_bytes_get_data(layer->bytes, NULL);
  g_autoptr(GPtrArray) from = g_ptr_array_new_with_free_func(mailbox_free);
  g_autoptr(GPtrArray) reply = g_ptr_array_new_with_free_func(mailbox_free);
  gboolean upper = TRUE, forwarded = FALSE;
  for (guint i = part->fields; i < part->fields + part->nfields && i < layer->lexed->fields->len;
       i++) {
    const Field *field = &g_array_index(layer->lexed->fields, Field, i);
    g_autofree char *name = g_ascii_strdown(bytes + field->name.off, (gssize)field->name.len);
    g_strchomp(name);
    upper = upper && is_put_on_top(name);
    forwarded = forwarded || tells_forwarding(name, bytes + field->value.off, field->value.len);
    if (strcmp(name, "authentication-results") == 0)
      add_results(part, field, (const unsigned char *)bytes + field->value.off, upper, findings);
    if (strcmp(name, "from") == 0)
      add_mailboxes(from, bytes + field->value.off, field->value.len, FALSE);
    if (strcmp(name, "reply-to") == 0)
      add_mailboxes(reply, bytes + field->value.off, field->value.len, TRUE);
  }
  g_ptr_array_extend_and_steal(from, g_steal_pointer(&reply));
  add_sender(part, from, forwarded, findings);
}
