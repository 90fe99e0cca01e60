// Makes DOM nodes. Text goes in as text nodes only, so that nothing from an account is ever read as HTML.

/**
 * @param {string} tag
 * @param {Record<string, string | boolean>} attributes true sets an empty attribute, false sets none
 * @param {...(Node | string)} children
 */
export function createElement(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children);
  return element;
}
