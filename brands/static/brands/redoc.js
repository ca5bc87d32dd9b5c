// Redoc signs its pages with a picture from its maker's server. This page asks no other host: our icon instead.
const THEIRS = "https://cdn.redoc.ly/redoc/logo-mini.svg";
const ours = (value) => (value === THEIRS ? document.querySelector("link[rel=icon]").href : value);

const { setAttribute } = Element.prototype;
Element.prototype.setAttribute = function (name, value) {
  setAttribute.call(this, name, ours(value));
};

const source = Object.getOwnPropertyDescriptor(HTMLImageElement.prototype, "src");
Object.defineProperty(HTMLImageElement.prototype, "src", {
  ...source,
  set(value) {
    source.set.call(this, ours(value));
  },
});
