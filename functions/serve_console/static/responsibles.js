import{part as e}from"./core.js";import{jsx as o}from"./core.js";var s=e("names-in-use");function n(){return o(s,{of:"responsibles"})}export{n as default};
