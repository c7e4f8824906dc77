/* ooxml_markup.c - what acts by itself in one XML part of an Office document, and what quotes a
 * relationship that is gone.
 *
 * Two passes over the tree. The first takes out fields: a field of Word is a beginning, a code, a
 * result and an end, each in a run of its own, and the code is often split over many runs on
 * purpose, or made by fields inside it. Its marks and its code go, its result stays as plain text.
 * The second takes out single elements. What a reader saw last (the result of a field, the picture
 * of an object, the value of a cell) always stays. */
#include "disarming.h"

#include <string.h>

#include "bounds.h"
#include "document.h"

/* --- fields --- */

typedef struct word_field {
  GPtrArray *nodes; /* XmlNode *: marks and pieces of code */
  GString *code;    /* FIELD_INSIDE for a field inside it */
  gboolean separated;
} WordField;

typedef struct fields {
  Disarming *disarming;
  GPtrArray *open;    /* WordField * */
  GHashTable *doomed; /* XmlNode * */
  gboolean deep;      /* more of them in each other than LIMIT_FIELD_DEPTH */
} Fields;

static void
field_free(void *data)
{
  WordField *field = data;

  g_ptr_array_unref(field->nodes);
  g_string_free(field->code, TRUE);
  g_free(field);
}

/* Must a field of that code go? Once what acts is to go, pictures from elsewhere do as well. */
static gboolean
code_goes(Fields *fields, const char *code)
{
  Disarming *disarming = fields->disarming;
  gboolean active = disarming->orders->active, dead = FALSE;
  LinkUse use;
  g_autoptr(GPtrArray) addresses = field_code_addresses(code, &use);
  BitSet traits = active ? field_code_traits(code) : 0;

  for (guint i = 0; i < addresses->len; i++) {
    const char *address = g_ptr_array_index(addresses, i);

    if (active && use == LINK_LOAD && target_is_elsewhere(address))
      traits |= TRAIT(EXTERNAL_RELATIONSHIP);
    dead = dead || disarming_dead(disarming, address) != NULL;
  }
  dead = dead && !traits;
  disarming->taken.traits |= traits;
  disarming->taken.links += dead;
  return traits || dead;
}

static WordField *
field_top(const Fields *fields)
{
  return fields->open->len ? g_ptr_array_index(fields->open, fields->open->len - 1) : NULL;
}

/* The innermost field whose code is being read; what comes then belongs to it. */
static WordField *
field_reading(const Fields *fields)
{
  for (guint i = fields->open->len; i-- > 0;) {
    WordField *field = g_ptr_array_index(fields->open, i);

    if (!field->separated)
      return field;
  }
  return NULL;
}

static void
field_begin(Fields *fields, XmlNode *node)
{
  WordField *around = field_reading(fields), *field = g_new0(WordField, 1);

  fields->deep |= fields->open->len >= LIMIT_FIELD_DEPTH;
  if (around)
    g_string_append(around->code, FIELD_INSIDE);
  field->nodes = g_ptr_array_new();
  field->code = g_string_new(NULL);
  g_ptr_array_add(field->nodes, node);
  g_ptr_array_add(fields->open, field);
}

/* All that stands in its code goes, other fields too. node: its end; without one its words stay,
 * for they may be all the rest of the document. */
static void
doom(Fields *fields, const WordField *field, const XmlNode *node)
{
  for (guint i = 0; i < field->nodes->len; i++) {
    XmlNode *piece = g_ptr_array_index(field->nodes, i);

    if (node || !xml_is(piece, "t"))
      g_hash_table_add(fields->doomed, piece);
  }
}

static void
field_end(Fields *fields, XmlNode *node)
{
  WordField *field = field_top(fields), *around;

  if (!field)
    return;
  if (node)
    g_ptr_array_add(field->nodes, node);
  if (code_goes(fields, field->code->str))
    doom(fields, field, node);
  field->separated = TRUE;
  around = field_reading(fields);
  if (around)
    g_ptr_array_extend(around->nodes, field->nodes, NULL, NULL);
  g_ptr_array_set_size(fields->open, (int)fields->open->len - 1);
}

static void
field_mark(Fields *fields, XmlNode *node)
{
  g_autofree char *kind = xml_attribute(node, "fldCharType");
  WordField *top = field_top(fields);

  if (g_strcmp0(kind, "begin") == 0) {
    field_begin(fields, node);
  } else if (g_strcmp0(kind, "end") == 0) {
    field_end(fields, node);
  } else if (top) {
    top->separated = TRUE;
    g_ptr_array_add(top->nodes, node);
  }
}

/* Code, or text that stands where code is read. */
static void
field_text(Fields *fields, XmlNode *node, gboolean code)
{
  WordField *field = code ? field_top(fields) : field_reading(fields);
  g_autofree char *text = field ? xml_text(node) : NULL;

  if (!field)
    return;
  if (!field->separated)
    g_string_append(field->code, text);
  g_ptr_array_add(field->nodes, node);
}

static void
field_simple(Fields *fields, XmlNode *node)
{
  g_autofree char *code = xml_attribute(node, "instr");

  if (code && xml_parent(node) && code_goes(fields, code))
    g_hash_table_add(fields->doomed, node);
}

/* The last first: what is inside another element comes before it. */
static void
take_out(const Xml *xml, GHashTable *doomed)
{
  g_autoptr(GPtrArray) order = g_ptr_array_new();

  for (XmlNode *node = xml_root(xml); node; node = xml_next(node))
    if (g_hash_table_contains(doomed, node))
      g_ptr_array_add(order, node);
  for (guint i = order->len; i-- > 0;) {
    XmlNode *node = g_ptr_array_index(order, i);

    if (xml_is(node, "fldSimple"))
      xml_unwrap(node);
    else
      xml_drop(node);
  }
}

/* FALSE if they stand too deep in each other. */
static gboolean
take_out_fields(const Xml *xml, Disarming *disarming, OoxmlChange *change)
{
  Fields fields = {disarming, g_ptr_array_new_with_free_func(field_free),
                   g_hash_table_new(NULL, NULL), FALSE};

  for (XmlNode *node = xml_root(xml); node && !fields.deep; node = xml_next(node)) {
    if (xml_is(node, "fldChar"))
      field_mark(&fields, node);
    else if (xml_is(node, "instrText") || xml_is(node, "delInstrText"))
      field_text(&fields, node, TRUE);
    else if (xml_is(node, "t"))
      field_text(&fields, node, FALSE);
    else if (xml_is(node, "fldSimple"))
      field_simple(&fields, node);
  }
  while (fields.open->len > 0) /* never ended */
    field_end(&fields, NULL);
  if (!fields.deep && g_hash_table_size(fields.doomed) > 0) {
    take_out(xml, fields.doomed);
    change->changed = TRUE;
  }
  g_ptr_array_unref(fields.open);
  g_hash_table_unref(fields.doomed);
  return !fields.deep;
}

/* --- elements --- */

typedef struct cleaning {
  const Rels *rels; /* or NULL */
  Disarming *disarming;
  OoxmlChange *change;
  gboolean broken;
} Cleaning;

/* r:id, r:link, r:embed …, o:relid. */
static gboolean
is_quote(const char *space, const char *name, const char *value, void *data)
{
  const Rels *rels = data;

  return (g_str_has_suffix(space, "/relationships") || strcmp(name, "relid") == 0) &&
         (g_hash_table_contains(rels->gone, value) || g_hash_table_contains(rels->dead, value));
}

static gboolean
keep_quote(const char *space, const char *name, const char *value, void *data)
{
  return !is_quote(space, name, value, data);
}

typedef struct look {
  const Rels *rels;
  gboolean found;
  const char *words; /* of a hyperlink that is dead */
} Look;

static gboolean
look_for_quote(const char *space, const char *name, const char *value, void *data)
{
  Look *look = data;

  if (!is_quote(space, name, value, (void *)look->rels))
    return TRUE;
  look->found = TRUE;
  if (!look->words)
    look->words = g_hash_table_lookup(look->rels->dead, value);
  return TRUE;
}

/* words: of the hyperlink that it quotes; NULL if it quotes none. */
static gboolean
quotes_gone(XmlNode *node, const Cleaning *cleaning, const char **words)
{
  const Rels *rels = cleaning->rels;
  Look look = {rels, FALSE, NULL};

  if (rels && g_hash_table_size(rels->gone) + g_hash_table_size(rels->dead) > 0)
    xml_filter(node, look_for_quote, &look);
  *words = look.words;
  return look.found;
}

/* A formula that asks another program: application|topic!item, outside of quotation marks. */
static gboolean
is_dde_formula(const char *formula)
{
  gboolean quoted = FALSE;

  for (; *formula; formula++) {
    if (*formula == '"')
      quoted = !quoted;
    if (*formula == '|' && !quoted && strchr(formula, '!'))
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_formula(const XmlNode *node)
{
  static const char *const formulas[] = {"f",        "definedName", "formula",
                                         "formula1", "formula2",    NULL};

  return g_strv_contains(formulas, xml_name(node));
}

static BitSet
formula_traits(const XmlNode *node)
{
  g_autofree char *text = is_formula(node) ? xml_text(node) : NULL;

  return text && is_dde_formula(text) ? TRAIT(DDE) : 0;
}

static gboolean
is_dead_formula(const XmlNode *node, const Disarming *disarming)
{
  g_autofree char *text = is_formula(node) ? xml_text(node) : NULL;

  return text && formula_is_dead(text, disarming);
}

/* Names that run a macro sheet when the workbook opens, or are functions of one. */
static BitSet
name_traits(const XmlNode *node)
{
  static const char *const signs[] = {"xlm", "function", "vbProcedure"};
  g_autofree char *name = NULL;

  if (!xml_is(node, "definedName"))
    return 0;
  name = xml_attribute(node, "name");
  if (name && g_ascii_strncasecmp(name, "_xlnm.Auto_", 11) == 0)
    return TRAIT(MACRO) | TRAIT(XLM);
  for (size_t i = 0; i < G_N_ELEMENTS(signs); i++) {
    g_autofree char *value = xml_attribute(node, signs[i]);

    if (value && (strcmp(value, "1") == 0 || strcmp(value, "true") == 0))
      return TRAIT(MACRO) | TRAIT(XLM);
  }
  return 0;
}

/* What starts a program, and where that goes what needs macros or an object. */
static BitSet
action_traits(const XmlNode *node)
{
  static const char *const names[] = {"hlinkClick", "hlinkHover", "hlinkMouseOver", NULL};
  static const char *const dead[] = {"ppaction://macro", "ppaction://ole"};
  g_autofree char *action =
      g_strv_contains(names, xml_name(node)) ? xml_attribute(node, "action") : NULL;

  if (action && slide_action_runs(action))
    return TRAIT(HTML_SCRIPT);
  for (size_t i = 0; action && i < G_N_ELEMENTS(dead); i++)
    if (g_ascii_strncasecmp(action, dead[i], strlen(dead[i])) == 0)
      return TRAIT(HTML_SCRIPT);
  return 0;
}

static BitSet
element_traits(const XmlNode *node)
{
  if (xml_is(node, "ddeLink"))
    return TRAIT(DDE);
  if (xml_is(node, "oleLink"))
    return TRAIT(OLE_OBJECT);
  if (xml_is(node, "scriptAnchor"))
    return TRAIT(HTML_SCRIPT);
  return formula_traits(node) | name_traits(node) | action_traits(node);
}

static XmlNode *
find_around(XmlNode *node, const char *name)
{
  while (node && !xml_is(node, name))
    node = xml_parent(node);
  return node;
}

static XmlNode *
find_inside(XmlNode *top, const char *name)
{
  XmlNode *end = xml_after(top);

  for (XmlNode *node = xml_next(top); node && node != end; node = xml_next(node))
    if (xml_is(node, name))
      return node;
  return NULL;
}

/* Drops an element, and those around it that are nothing without one inside. */
static XmlNode *
drop_element(XmlNode *node)
{
  static const char *const shells[] = {
      "AlternateContent",   "Choice",   "Fallback",     "oleObjects",
      "externalReferences", "controls", "definedNames", NULL};
  XmlNode *after = xml_after(node), *parent = xml_parent(node);

  xml_drop(node);
  while (parent && xml_parent(parent) && !xml_child(parent) &&
         g_strv_contains(shells, xml_name(parent))) {
    node = parent;
    parent = xml_parent(node);
    xml_drop(node);
  }
  return after;
}

/* An object on a slide leaves its picture. */
static XmlNode *
drop_slide_object(XmlNode *frame)
{
  XmlNode *picture = find_inside(frame, "pic");

  if (!picture)
    return drop_element(frame);
  xml_replace(frame, picture);
  return picture;
}

/* What can lose an attribute and live, and what cannot be lost. */
static XmlNode *
drop_quoting(XmlNode *node, Cleaning *cleaning)
{
  static const char *const stay[] = {"blip", "imagedata", "fill", "stroke", "shape", NULL};
  static const char *const needed[] = {"sheet", "sldId", "sldMasterId", "sldLayoutId", NULL};
  XmlNode *frame = xml_is(node, "oleObj") ? find_around(node, "graphicFrame") : NULL;
  XmlNode *merge = find_around(node, "mailMerge");

  if (g_strv_contains(needed, xml_name(node)))
    cleaning->broken = TRUE;
  if (!xml_parent(node) || g_strv_contains(stay, xml_name(node))) {
    xml_filter(node, keep_quote, (void *)cleaning->rels);
    return xml_next(node);
  }
  if (frame && xml_parent(frame))
    return drop_slide_object(frame);
  return drop_element(merge && xml_parent(merge) ? merge : node);
}

/* A button whose macro is gone says so at each click. */
static gboolean
keep_not_macro(const char *space, const char *name, const char *value, void *data)
{
  gboolean macro = !*space && strcmp(name, "macro") == 0 && *value;

  *(gboolean *)data |= macro;
  return !macro;
}

/* A connection to data elsewhere stays, but is not used unless somebody asks for it. */
static gboolean
keep_not_refresh(const char *space, const char *name, const char *value, void *data)
{
  gboolean refresh = !*space && strcmp(name, "refreshOnLoad") == 0;

  *(gboolean *)data |= refresh;
  return !refresh;
}

static void
stop_refresh(XmlNode *node, Cleaning *cleaning)
{
  static const char *const sources[] = {"connection", "queryTable", NULL};
  gboolean found = FALSE;

  if (!g_strv_contains(sources, xml_name(node)))
    return;
  xml_filter(node, keep_not_refresh, &found);
  if (!found)
    return;
  cleaning->change->changed = TRUE;
  cleaning->disarming->taken.traits |= TRAIT(EXTERNAL_RELATIONSHIP);
}

/* A formula that goes leaves the value that it had. */
static gboolean
must_go(XmlNode *node, Cleaning *cleaning)
{
  static const char *const calls[] = {"FmlaMacro", "entryMacro", "exitMacro", NULL};
  Disarming *disarming = cleaning->disarming;
  BitSet traits = disarming->orders->active ? element_traits(node) : 0;
  gboolean dead = !traits && is_dead_formula(node, disarming);

  disarming->taken.traits |= traits;
  disarming->taken.links += dead;
  cleaning->change->formula |= (traits || dead) && is_formula(node);
  return traits || dead || (disarming->orders->active && g_strv_contains(calls, xml_name(node)));
}

static XmlNode *
clean_element(XmlNode *node, Cleaning *cleaning)
{
  const char *words;

  if (xml_parent(node) && must_go(node, cleaning)) {
    cleaning->change->changed = TRUE;
    return drop_element(node);
  }
  if (cleaning->disarming->orders->active) {
    xml_filter(node, keep_not_macro, &cleaning->change->changed);
    stop_refresh(node, cleaning);
  }
  if (ooxml_addresses_kill(node, cleaning->disarming)) {
    cleaning->disarming->taken.links++;
    cleaning->change->changed = TRUE;
  }
  if (!quotes_gone(node, cleaning, &words))
    return xml_next(node);
  cleaning->change->changed = TRUE;
  return words && ooxml_link_kill(node, words) ? xml_next(node) : drop_quoting(node, cleaning);
}

gboolean
ooxml_markup_clean(Xml *xml, const Rels *rels, Disarming *disarming, OoxmlChange *change)
{
  Cleaning cleaning = {rels, disarming, change, FALSE};

  cleaning.broken = !take_out_fields(xml, disarming, change);
  for (XmlNode *node = xml_root(xml); node && !cleaning.broken;)
    node = clean_element(node, &cleaning);
  return !cleaning.broken;
}
