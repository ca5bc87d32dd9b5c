// Redoc signs its pages with a picture from its maker's server. This page asks no other host: our icon instead.
const THEIRS = "https://cdn.redoc.ly/redoc/logo-mini.svg";
const { setAttribute } = Element.prototype;
Element.prototype.setAttribute = function (name, value) {
  setAttribute.call(this, name, value === THEIRS ? document.querySelector("link[rel=icon]").href : value);
};
